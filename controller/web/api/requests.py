"""What programs may ask for, checked where it enters: unknown keys and wrong types are refused with their place."""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from schedules.vocabulary import Status

Press = Annotated[str, Meta(min_length=8, max_length=64)]


class Say(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say a text at units or villages, now or at an instant (which must name its zone)."""

    text: str
    to: Literal["all"] | tuple[str, ...] = "all"
    title: str = ""
    class_: Literal["routine", "priority", "emergency"] = field(name="class", default="routine")
    """An emergency only after `/emergency/unlock`: a program with its token alone must not be able to start one."""
    status: Status = Status.ACTUAL
    repeat: int = 1
    at: Annotated[datetime, Meta(tz=True)] | None = None
    press: Press | None = None
    """Names one request: the same press is carried out once, however often it arrives."""


class Unlock(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Open the emergency key for programs, with the code that a person typed."""

    code: Annotated[str, Meta(max_length=200)]


class Unreadable(Exception):
    """The body is no request of this kind; the text says where, in English, for the program's author."""


def read_say(body: bytes) -> Say:
    """Return what a program asks for; `Unreadable` for anything else."""
    return _read(body, Say)


def read_unlock(body: bytes) -> Unlock:
    """Return the code that a program passes on; `Unreadable` for anything else."""
    return _read(body, Unlock)


R = TypeVar("R", Say, Unlock)


def _read(body: bytes, expected: type[R]) -> R:
    try:
        return msgspec.json.decode(body, type=expected)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from error
