"""What the doctor finds: one line for each look, with the next action when something is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from words import Value


class Severity(StrEnum):
    """How bad it is: fine, worth a look, or broken."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look. `check` names a sentence `doctor-<check>`; when not OK, `fault` one of `doctor-<check>-<fault>`."""

    check: str
    severity: Severity = Severity.OK
    fault: str = ""
    values: dict[str, Value] = field(default_factory=dict)


Look = Callable[[], Finding]


def well(check: str) -> Finding:
    """Nothing to do here."""
    return Finding(check)


def warn(check: str, fault: str, **values: Value) -> Finding:
    """It works, but somebody should look."""
    return Finding(check, Severity.WARN, fault, values)


def fail(check: str, fault: str, **values: Value) -> Finding:
    """It does not work."""
    return Finding(check, Severity.FAIL, fault, values)


def examine(looks: Iterable[Look]) -> list[Finding]:
    """Take every look, in order; one that fails does not keep the others from being taken."""
    return [look() for look in looks]
