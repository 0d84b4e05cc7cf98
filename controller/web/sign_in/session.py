"""The session: nothing but who it is and since which password; everything else is asked of the desk each time."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from controller.services import people
from controller.services.views import User
from controller.web.layout.place import desk
from controller.web.sign_in import kept

LASTS = timedelta(hours=12)
"""A working day, counted from the last page that was opened."""

MACHINES = "loalang.machines"
"""Where the application keeps the names of the blueprints that are for programs and guard themselves."""

_PERSON, _EPOCH = "person", "epoch"
OPEN_ENDPOINTS = frozenset({"static", "sign_in.form", "sign_in.enter", "sign_in.leave"})
"""What may be asked without signing in; every other screen is closed unless it says otherwise here."""


def begin(user: User) -> None:
    """Start a session. What an older session held is thrown away."""
    session.clear()
    session.permanent = True
    session[_PERSON], session[_EPOCH] = user.id, user.epoch


def end() -> None:
    """End the session."""
    session.clear()


def admit() -> ResponseReturnValue | None:
    """Before every request: let in who is signed in, and turn away who is not without losing what they wrote."""
    if request.endpoint == "static" or request.blueprint in _machines():
        return None
    g.user = _person()
    if g.user is not None and _opens_a_page():
        session.modified = True
    if g.user is not None or request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    return _turned_away()


def _opens_a_page() -> bool:
    """Whether the answer may renew the cookie: never a part of a page, whose late answer could undo a signing out."""
    return request.method == "GET" and "HX-Request" not in request.headers and request.endpoint != "events.stream"


def _machines() -> frozenset[str]:
    return frozenset(current_app.extensions[MACHINES])


def _person() -> User | None:
    person, epoch = session.get(_PERSON), session.get(_EPOCH)
    if not isinstance(person, str) or not isinstance(epoch, int):
        return None
    return people.user_of(desk(), user_id=person, epoch=epoch)


def _turned_away() -> ResponseReturnValue:
    if "HX-Request" in request.headers or request.endpoint == "events.stream":
        return Response(status=401)
    if request.method == "POST":
        return make_response(kept.sign_in_page(), 401)
    return redirect(url_for("sign_in.form", next=wanted_path()))


def wanted_path() -> str:
    """The address that was asked for, without the host."""
    return request.full_path.rstrip("?")


def safe_path(wanted: str | None) -> str:
    """An address of our own pages; the first page for anything that would lead elsewhere."""
    home = url_for("home.page")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home
    parts = urlsplit(wanted)
    return home if parts.scheme or parts.netloc or "\\" in wanted else wanted
