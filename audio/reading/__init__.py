"""The reader of Vietnamese notices: from a notice as it is written to exactly what a voice will say.

A speech engine reads `UBND` as English and `7h30` as letters, so an engine is fed only what comes out of here:
fully spelled Vietnamese words, spaces and the pauses `. , ? ! ; :`. The result keeps spans, so that an officer can
see every written piece beside its spoken form, and a piece that was made silent is never lost without a trace.
The room is pure: text in, value out; the conventions it follows are written beside the rules they govern.
"""

from audio.reading.abbreviations import DEFAULT, Abbreviations, BadEntryError
from audio.reading.legacy import Decoded, decoded
from audio.reading.reader import read, read_line, spoken_lines
from audio.reading.sounds import sounded
from audio.reading.spans import Question, Reading, Span
from audio.reading.unmarked import lacks_marks

__all__ = [
    "DEFAULT",
    "Abbreviations",
    "BadEntryError",
    "Decoded",
    "Question",
    "Reading",
    "Span",
    "decoded",
    "lacks_marks",
    "read",
    "read_line",
    "sounded",
    "spoken_lines",
]
