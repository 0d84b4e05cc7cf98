"""The stream. An event's name is a topic (`:` written as `-`); a page fetches the parts that listen to it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import cast

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from controller.services.desk import Desk
from controller.services.ports import TooManyWatchers, Watch
from controller.web.layout.place import desk

blueprint = Blueprint("events", __name__)

LOOK_S = 1.0
"""Seconds between two looks whether the browser is still there: a page that was left frees its place within this."""
QUIET_LOOKS = 15
"""After how many looks without news a comment is sent, so that proxies and browsers know the stream to be alive."""
LONGEST = timedelta(minutes=30)
"""How long one stream lasts before the browser has to ask again, and so to show its session again."""
_RETRY_MS = 3000


@blueprint.get("/events")
def stream() -> ResponseReturnValue:
    """Tell one page what changed, until it goes or the controller stops. 503 when too many watch: the page polls."""
    try:
        watch = desk().changes.watch()
    except TooManyWatchers:
        return Response(status=503, headers={"Retry-After": "30"})
    return Response(
        told(desk(), watch, _gone()),
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def told(desk: Desk, watch: Watch, gone: Callable[[], bool]) -> Iterator[str]:
    """The stream as text: what changed, a comment when nothing did; it ends with the browser or the controller."""
    with closing(watch):
        until, quiet = desk.clock() + LONGEST, 0
        yield f"retry: {_RETRY_MS}\n\n"
        while not gone() and desk.clock() < until and (topics := watch.wait(LOOK_S)) is not None:
            quiet = 0 if topics else quiet + 1
            if topics:
                yield "".join(map(event, sorted(topics)))
            elif quiet % QUIET_LOOKS == 0:
                yield ": still here\n\n"


def event(topic: str) -> str:
    """One event; a browser only hands on an event that carries data."""
    return f"event: {topic.replace(':', '-')}\ndata: 1\n\n"


def _gone() -> Callable[[], bool]:
    """What the server knows of the browser's connection (waitress with `channel_request_lookahead`), else nothing."""
    return cast("Callable[[], bool]", request.environ.get("waitress.client_disconnected", bool))
