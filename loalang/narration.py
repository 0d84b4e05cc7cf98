"""Says in plain words what becomes of a broadcast, as it happens: each stage once, on the controller's evidence."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from loalang.desk_client import DeskClient
from loalang.terminal import say, say_code

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOOK_EVERY_S = 0.5
OVER = frozenset({"finished", "interrupted", "skipped", "failed"})
"""Stages after which a unit has nothing more to say of a broadcast (an interrupted one may still resume)."""

Tell = Callable[[str], None]


class Narrator:
    """Follows one broadcast through the API and tells each new fact once."""

    def __init__(self, desk: DeskClient, tell: Tell) -> None:
        self._desk = desk
        self._tell = tell
        self._told: set[str] = set()

    def follow(self, broadcast: str, *, patience_s: float = 3600.0) -> bool:
        """Tell until every unit is over with it, or patience ends; True when every unit finished it."""
        give_up = time.monotonic() + patience_s
        while time.monotonic() < give_up:
            view = self._desk.broadcast(broadcast)
            self.tell_news(view)
            if view["rendition"]["status"] == "failed":
                return False
            if view["targets"] and all(target["stage"] in OVER for target in view["targets"]):
                return all(target["stage"] == "finished" for target in view["targets"])
            time.sleep(LOOK_EVERY_S)
        return False

    def tell_news(self, view: dict[str, Any]) -> None:
        """Tell what this view of the broadcast says that was not told yet."""
        self._tell_voice(view["rendition"])
        for target in view["targets"]:
            self._tell_target(target)

    def _once(self, fact: str, sentence: Callable[[], str]) -> None:
        if fact not in self._told:
            self._told.add(fact)
            self._tell(sentence())

    def _tell_voice(self, rendition: dict[str, Any]) -> None:
        if rendition["status"] == "ready":
            for engine, code in rendition["failures"]:
                self._once(f"failed {engine}", partial(say, "tell-engine-failed", engine=engine, code=code))
            self._once("voice", lambda: _voice(rendition))
        if rendition["status"] == "failed":
            self._once("no voice", lambda: say("tell-voice-failed", reason=say_code("voice", rendition["error"])))

    def _tell_target(self, target: dict[str, Any]) -> None:
        name, unit = target["unit_name"], target["unit"]
        if target["delivered_at"]:
            self._once(f"delivered {unit}", lambda: say("tell-delivered", unit=name))
        if target["stored_at"]:
            self._once(f"stored {unit}", lambda: say("tell-stored", unit=name))
        if target["started_at"]:
            self._once(f"started {unit}", lambda: _started(target))
        if target["stage"] in OVER:
            self._once(f"{target['stage']} {unit}", lambda: _over(target))


def _voice(rendition: dict[str, Any]) -> str:
    seconds = f"{rendition['duration_ms'] / 1000:.0f}"
    if rendition["engine"] is None:
        return say("tell-recording", seconds=seconds)
    loudness = f"{rendition['loudness_lufs']:.1f}".replace(".", ",")
    voice = f"{rendition['engine']} ({rendition['voice']})"
    return say("tell-voice", voice=voice, seconds=seconds, loudness=loudness, size=f"{rendition['size'] / 1000:.0f}")


def _started(target: dict[str, Any]) -> str:
    at = datetime.fromisoformat(target["started_at"]).astimezone(ZONE)
    error = "?" if target["error_us"] is None else f"{target['error_us'] / 1000:.1f}".replace(".", ",")
    return say("tell-started", unit=target["unit_name"], at=f"{at:%H:%M:%S}", error=error)


def _over(target: dict[str, Any]) -> str:
    name, stage = target["unit_name"], target["stage"]
    played = f"{(target['played_ms'] or 0) / 1000:.0f}"
    whole = f"{(target['of_ms'] or 0) / 1000:.0f}"
    if stage == "finished":
        return say("tell-finished", unit=name, played=played, whole=whole)
    reason = say_code("reason", target["reason"]) if target["reason"] else "?"
    if stage == "interrupted":
        return say("tell-interrupted", unit=name, played=played, whole=whole, reason=reason)
    return say("tell-not-played", unit=name, reason=reason)
