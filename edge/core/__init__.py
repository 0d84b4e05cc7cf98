"""The decisions of a unit, pure: (state, event, now) -> (state, effects). No network, disk, clock or thread."""
