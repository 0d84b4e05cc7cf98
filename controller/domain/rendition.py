"""The words for how far a bulletin has become sound, and for the languages of a commune."""

from enum import StrEnum


class RenditionStatus(StrEnum):
    """How far a rendition is. A claim (`rendering`) that a killed controller left is taken again at the next start."""

    PENDING = "pending"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


class RenditionKind(StrEnum):
    """What the clip is made from."""

    TEXT = "text"
    RECORDING = "recording"


class Language(StrEnum):
    """The languages of the northern mountain communes. Only Vietnamese has a voice; the others are recorded."""

    VI = "vi"
    TAY = "tay"
    NUNG = "nung"
    DAO = "dao"
    MONG = "mong"
    MUONG = "muong"


SPOKEN_BY_ENGINE = frozenset({Language.VI})
"""The languages that a speech engine can speak."""
