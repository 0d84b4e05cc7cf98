"""`loalang voices`: which voices there are, bringing one for Piper, and hearing what a village would hear."""

from loalang.voices.command import main

__all__ = ["main"]
