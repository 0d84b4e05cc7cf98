"""`loalang keys`: the commune's keys, their ceremony, rotation, revocation and recovery."""

from loalang.keys.command import main

__all__ = ["main"]
