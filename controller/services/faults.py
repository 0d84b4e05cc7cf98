"""What was wrong with what somebody asked for, as codes: the words for the officer live in the catalogue (`words/`)."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

Value = str | int


class FaultCode(StrEnum):
    """Everything that a form can get wrong. The catalogue has a sentence under `fault-<code>` for each."""

    TEXT_EMPTY = "text-empty"
    TEXT_TOO_LONG = "text-too-long"  # values: length, limit (characters)
    TITLE_TOO_LONG = "title-too-long"  # values: length, limit (characters)
    REPEAT_OUT_OF_RANGE = "repeat-out-of-range"  # values: least, most
    LANGUAGE_UNKNOWN = "language-unknown"
    LANGUAGE_NEEDS_UPLOAD = "language-needs-upload"
    LANGUAGE_FAILED = "language-failed"  # values: tongue (a Language), error (a code of the studio)
    LANGUAGE_UNSPOKEN = "language-unspoken"  # values: tongue; a text that nobody has read aloud yet
    LANGUAGE_MISSING = "language-missing"  # values: tongue; the bulletin has no rendition in it
    LANGUAGE_LAST = "language-last"  # what is left of a bulletin cannot be taken from it
    LANGUAGES_EMPTY = "languages-empty"  # values: village
    HEARS_NOTHING = "hears-nothing"  # values: villages (names)
    TOO_MANY_ITEMS = "too-many-items"  # values: count, limit
    PHRASE_UNKNOWN = "phrase-unknown"
    NO_PHRASE = "no-phrase"
    PHRASES_INCOMPLETE = "phrases-incomplete"  # in no language are all the phrases there
    STATUS_UNSAID = "status-unsaid"  # values: status; no phrase that tells of it is there
    UPLOAD_MISSING = "upload-missing"
    UPLOAD_EMPTY = "upload-empty"
    UPLOAD_TOO_LARGE = "upload-too-large"  # values: limit_mb
    BULLETIN_UNKNOWN = "bulletin-unknown"
    BULLETIN_PLANNED = "bulletin-planned"
    VOICE_FAILED = "voice-failed"  # values: error (a code of the studio)
    STATUS_DIFFERS = "status-differs"  # values: announced (a `schedules.vocabulary.Status`)
    NO_VILLAGE = "no-village"
    VILLAGE_UNKNOWN = "village-unknown"  # values: village
    NO_UNIT = "no-unit"
    TIME_PAST = "time-past"
    TIME_NAIVE = "time-naive"
    TIME_TOO_FAR = "time-too-far"  # values: days
    END_BEFORE_START = "end-before-start"
    PRESS_USED = "press-used"  # the press named another request
    NEVER_SOUNDS = "never-sounds"
    EMERGENCY_REPEATS = "emergency-repeats"
    RULE = "rule"  # values: rule (a `schedules.refusal.RuleFault`)
    BROADCAST_UNKNOWN = "broadcast-unknown"
    BROADCAST_OVER = "broadcast-over"
    SCHEDULE_UNKNOWN = "schedule-unknown"
    UNIT_UNKNOWN = "unit-unknown"  # values: unit
    VOLUME_OUT_OF_RANGE = "volume-out-of-range"  # values: least, most (percent)
    QUIET_HOURS = "quiet-hours"  # values: hours (as written)
    TOO_LONG = "too-long"  # values: minutes, limit_minutes
    HOURS_INVALID = "hours-invalid"
    HOURS_OUTSIDE = "hours-outside"  # values: hours (the commune's, as written)
    DATA_OUT_OF_RANGE = "data-out-of-range"  # values: least, most (MB)
    RECOVERY_NOT_NEEDED = "recovery-not-needed"  # values: unit
    RECOVERY_NOT_RECEIVED = "recovery-not-received"  # values: unit; it has not sent yet what it holds
    RECOVERY_NEEDS_ROOT = "recovery-needs-root"  # values: unit; it holds a later delegation, or no version is left
    ALARM_UNKNOWN = "alarm-unknown"
    ALARM_STANDING = "alarm-standing"  # it lasts as long as its cause, and clears by itself
    PASSWORD_SHORT = "password-short"  # noqa: S105 - a code; values: least (characters)
    PASSWORD_LONG = "password-long"  # noqa: S105 - values: most (characters)
    PASSWORD_WRONG = "password-wrong"  # noqa: S105
    NAME_TAKEN = "name-taken"  # values: name
    NAME_INVALID = "name-invalid"
    ID_INVALID = "id-invalid"  # values: id
    KEY_INVALID = "key-invalid"
    KEY_TAKEN = "key-taken"  # values: unit
    EMERGENCY_LOCKED = "emergency-locked"
    EMERGENCY_UNUSABLE = "emergency-unusable"  # no emergency key, or one that no code closes
    EMERGENCY_TARGETS = "emergency-targets"  # a program must name whom an emergency is for
    CODE_SHORT = "code-short"  # values: least (characters)
    CODE_LONG = "code-long"  # values: most (characters)
    CODE_WRONG = "code-wrong"
    ROOT_WRONG = "root-wrong"  # the key is not the root key that this commune's units trust
    KEYS_SET_BACK = "keys-set-back"  # values: unit; it holds a newer delegation than ours
    CAPS_INVALID = "caps-invalid"
    READING_QUESTIONS_OPEN = "reading-questions-open"  # values: count
    ENTRY_WRITTEN_INVALID = "entry-written-invalid"
    ENTRY_SPOKEN_INVALID = "entry-spoken-invalid"  # values: spoken
    ENTRY_TOO_LONG = "entry-too-long"  # values: length, limit (characters)
    ENTRY_UNKNOWN = "entry-unknown"  # values: written
    ENTRY_NOT_IN_TEXT = "entry-not-in-text"  # values: written
    ENTRY_TWICE = "entry-twice"  # values: line (of an imported list, where it stood before)
    DICTIONARY_FULL = "dictionary-full"  # values: limit (entries)
    LIST_EMPTY = "list-empty"
    LIST_UNREADABLE = "list-unreadable"
    LIST_TOO_LARGE = "list-too-large"  # values: limit_kb
    LINE_UNREADABLE = "line-unreadable"
    DOCUMENT_REFUSED = "document-refused"  # values: reason (a code of `audio.documents`)
    DOCUMENT_MISSING = "document-missing"


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One fault beside one field of the form (`""`: the whole form), with what the sentence needs."""

    field: str
    code: FaultCode
    values: Mapping[str, Value] = dataclasses.field(default_factory=lambda: MappingProxyType({}))


class Invalid(Exception):
    """The request was refused and nothing was changed. Carries every fault that was found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults


def refuse(faults: list[Fault]) -> None:
    """Raise `Invalid` when there is any fault."""
    if faults:
        raise Invalid(*faults)
