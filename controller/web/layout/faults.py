"""Faults as sentences beside the fields they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.services.faults import Fault, FaultCode
from words import Value, say, say_code


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence for the officer about one field of a form; field `""` is the whole form."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """All remarks on one form, asked for field by field by the template."""

    all: tuple[Remark, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    def of(self, field: str) -> tuple[Remark, ...]:
        """The remarks on one field."""
        return tuple(remark for remark in self.all if remark.field == field)


NONE = Remarks()
_CODED = {
    FaultCode.LANGUAGE_FAILED,
    FaultCode.LANGUAGE_UNSPOKEN,
    FaultCode.LANGUAGE_MISSING,
    FaultCode.STATUS_UNSAID,
}
"""Faults whose values are codes of the catalogue themselves."""


def sentence(fault: Fault) -> str:
    """The officer's words for a fault; a fault that carries another room's code says that code's words."""
    values: dict[str, Value] = dict(fault.values)
    if fault.code is FaultCode.RULE:
        return say_code("rule", str(values["rule"]))
    if fault.code is FaultCode.DOCUMENT_REFUSED:
        return say("fault-document-refused", reason=say_code("document-refusal", str(values["reason"])))
    if fault.code is FaultCode.VOICE_FAILED:
        return say("fault-voice-failed", error=say_code("voice", str(values["error"])))
    for name, kind in (("error", "voice"), ("tongue", "language"), ("status", "status")):
        if fault.code in _CODED and name in values:
            values[name] = say_code(kind, str(values[name]))
    return say_code("fault", fault.code, "vi", **values)


def remarks(faults: Iterable[Fault], names: dict[str, str] | None = None) -> Remarks:
    """Put faults into words; `names` maps a service's field to the form's where they differ."""
    called = names or {}
    found = (Remark(called.get(fault.field, fault.field), sentence(fault)) for fault in faults)
    return Remarks(tuple(dict.fromkeys(found)))
