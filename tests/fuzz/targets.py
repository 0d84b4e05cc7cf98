"""Every fuzz target, by name."""

from tests.fuzz import carried, files, office, sounds, texts, unit, wire

TARGETS = {
    target.name: target for room in (wire, carried, unit, office, sounds, texts, files) for target in room.TARGETS
}
