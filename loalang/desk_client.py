"""A small client of the controller's JSON API, for the terminal and the demonstration."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

TIMEOUT_S = 15.0


class DeskUnreachable(Exception):
    """No running controller answered; the message says where it was looked for."""


class DeskRefused(Exception):
    """The controller answered that it will not; `lines` are sentences for the person who asked."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Sent:
    """A bulletin that the controller took: its broadcast, and the page where it can be followed."""

    broadcast: str
    url: str
    warnings: tuple[str, ...] = ()
    """Sentences about what was read as is likeliest, because nobody could be asked."""


@dataclass(frozen=True, slots=True)
class DeskClient:
    """One controller, by its address and the token of its data folder."""

    url: str
    token: str

    def say(
        self,
        text: str,
        *,
        to: list[str],
        repeat: int = 1,
        class_: str = "routine",
        title: str | None = None,
        at: datetime | None = None,
    ) -> Sent:
        """Have a text spoken at these units or villages (all when `to` is empty), now or at an instant."""
        body: dict[str, Any] = {"text": text, "to": to or "all", "repeat": repeat, "class": class_}
        if title is not None:
            body["title"] = title
        if at is not None:
            body["at"] = at.isoformat()
        answer = self._call("POST", "/api/v1/say", body)
        warnings = tuple(str(one["message"]) for one in answer.get("warnings", ()))
        return Sent(answer["broadcast"], answer["url"], warnings)

    def unlock_emergency(self, code: str) -> str:
        """Open the emergency lock for programs with a person's code, and return until when."""
        return str(self._call("POST", "/api/v1/emergency/unlock", {"code": code})["open_until"])

    def lock_emergency(self) -> None:
        """Close the emergency lock at once."""
        self._call("POST", "/api/v1/emergency/lock", {})

    def broadcast(self, broadcast: str) -> dict[str, Any]:
        """Return the view of a broadcast, with each unit's stages."""
        return self._call("GET", f"/api/v1/broadcasts/{broadcast}")

    def units(self) -> list[dict[str, Any]]:
        """Return the cards of all units."""
        units: list[dict[str, Any]] = self._call("GET", "/api/v1/units")["units"]
        return units

    def health(self) -> dict[str, Any]:
        """Return what the controller says of itself: `broker` is whether it has reached it."""
        return self._call("GET", "/api/v1/health")

    def healthy(self) -> bool:
        """Return whether the controller answers."""
        try:
            return bool(self.health())
        except (DeskUnreachable, DeskRefused):
            return False

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the controller's own, always http(s)
            self.url.rstrip("/") + path,
            method=method,
            data=None if body is None else json.dumps(body).encode("utf-8"),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise DeskRefused(_sentences(error)) from error
        except (OSError, HTTPException, ValueError) as error:
            raise DeskUnreachable(self.url) from error


def find_desk(data: Path | None) -> DeskClient:
    """Return the controller that runs on this data folder (or on the usual ones); `DeskUnreachable` when none does."""
    places = [data] if data else [Path("/var/lib/loalang"), Path("var/demo/controller")]
    for place in places:
        try:
            url = json.loads((place / "controller.json").read_text("utf-8"))["url"]
            return DeskClient(url, (place / "api-token").read_text("utf-8").strip())
        except (OSError, ValueError, KeyError):
            continue
    raise DeskUnreachable(", ".join(str(place) for place in places))


def _sentences(error: urllib.error.HTTPError) -> tuple[str, ...]:
    try:
        faults = json.load(error)["faults"]
        return tuple(str(fault.get("message") or fault["code"]) for fault in faults)
    except (ValueError, KeyError, TypeError, AttributeError):
        return (f"HTTP {error.code} {error.reason}",)
