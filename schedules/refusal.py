"""Why a rule or a window is refused: codes, because the words for the officer live elsewhere (`words/`)."""

from enum import StrEnum


class RuleFault(StrEnum):
    """One thing that is wrong with a rule; the web page says each in Vietnamese beside its field."""

    NO_TIMES = "no-times"
    TOO_MANY_TIMES = "too-many-times"
    TIME_WITH_ZONE = "time-with-zone"
    TIME_TOO_FINE = "time-too-fine"
    END_BEFORE_START = "end-before-start"
    DATE_OUT_OF_RANGE = "date-out-of-range"
    TOO_MANY_DATES = "too-many-dates"
    EXTRA_DATE_OUTSIDE = "extra-date-outside"
    EXTRA_DATE_EXCEPTED = "extra-date-excepted"
    UNKNOWN_ZONE = "unknown-zone"
    INTERVAL_OUT_OF_RANGE = "interval-out-of-range"
    NO_WEEKDAYS = "no-weekdays"
    WEEKDAY_UNKNOWN = "weekday-unknown"
    NO_MONTH_DAYS = "no-month-days"
    MONTH_DAY_OUT_OF_RANGE = "month-day-out-of-range"
    NTH_OUT_OF_RANGE = "nth-out-of-range"
    TOO_MANY_CONDITIONS = "too-many-conditions"
    NO_LUNAR_DAYS = "no-lunar-days"
    LUNAR_DAY_OUT_OF_RANGE = "lunar-day-out-of-range"
    TET_OUT_OF_RANGE = "tet-out-of-range"
    UNREADABLE = "unreadable"


class RuleRefused(ValueError):
    """The rule says nothing that could be played as meant. Carries every fault found, each once, in a fixed order."""

    def __init__(self, *faults: RuleFault) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__(", ".join(self.faults))


class WindowFault(StrEnum):
    """One thing that is wrong with the window that a caller asks about."""

    NAIVE = "naive"
    REVERSED = "reversed"
    TOO_LONG = "too-long"
    OUT_OF_RANGE = "out-of-range"


class WindowRefused(ValueError):
    """The window cannot be expanded: it has no zone, ends before it starts, or would cost without bound."""

    def __init__(self, fault: WindowFault) -> None:
        self.fault = fault
        super().__init__(fault)
