"""The words for how far a bulletin has become sound, and for the languages of a commune."""

from enum import StrEnum


class RenditionStatus(StrEnum):
    """How far a rendition is. A claim (`rendering`) that a killed controller left is taken again at the next start."""

    UNSPOKEN = "unspoken"  # a text of a language that no engine speaks: it waits for a person to read it aloud
    PENDING = "pending"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


class RenditionKind(StrEnum):
    """What the clip is made from."""

    TEXT = "text"
    RECORDING = "recording"
    ASSEMBLED = "assembled"  # put together from phrases that are clips already


class Language(StrEnum):
    """The languages in which communes of Viet Nam broadcast, in the order in which they are listed.

    Only Vietnamese has a voice; the others are recorded. `khac` stands for any language that is not in the list: a
    commune has at most one such, and everybody there knows which it is.
    """

    VI = "vi"
    TAY = "tay"
    NUNG = "nung"
    DAO = "dao"
    MONG = "mong"
    MUONG = "muong"
    THAI = "thai"
    KHMER = "khmer"
    CHAM = "cham"
    HOA = "hoa"
    E_DE = "e-de"
    GIA_RAI = "gia-rai"
    BA_NA = "ba-na"
    XO_DANG = "xo-dang"
    CO_HO = "co-ho"
    VAN_KIEU = "van-kieu"
    OTHER = "khac"


SPOKEN_BY_ENGINE = frozenset({Language.VI})
"""The languages that a speech engine can speak."""
