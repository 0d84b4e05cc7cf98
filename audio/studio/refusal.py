"""Why sound was not taken, in words that a program can translate."""

from enum import StrEnum


class Refusal(StrEnum):
    """Each has its Vietnamese sentence in the catalogue."""

    NOT_AUDIO = "not_audio"
    """The first bytes are of no format that we read."""
    NO_SOUND_TRACK = "no_sound_track"
    """A film or a picture without sound."""
    PROTECTED = "protected"
    """Locked to somebody's account (DRM)."""
    UNKNOWN_CODING = "unknown_coding"
    """A container that we read, with sound in it that is coded as we do not read it."""
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    SILENT = "silent"
    DAMAGED = "damaged"
    TOO_SLOW = "too_slow"
    """Decoding used up its time: a broken or hostile file, or a machine that is far too busy."""


class RefusedAudio(Exception):
    """The sound was not taken and nothing was stored; `detail` is for the log, in English."""

    def __init__(self, code: Refusal, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
