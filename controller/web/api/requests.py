"""What programs may ask for, checked where it enters: unknown keys and wrong types are refused with their place."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from schedules.vocabulary import Status

Press = Annotated[str, Meta(min_length=8, max_length=64)]


class Say(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say a text at units or villages, now or at an instant (which must name its zone)."""

    text: str
    to: Literal["all"] | tuple[str, ...] = "all"
    title: str = ""
    class_: Literal["routine", "priority"] = field(name="class", default="routine")
    """Never an emergency: one program with one token alone must not be able to start it."""
    status: Status = Status.ACTUAL
    repeat: int = 1
    at: Annotated[datetime, Meta(tz=True)] | None = None
    press: Press | None = None
    """Names one request: the same press is carried out once, however often it arrives."""
