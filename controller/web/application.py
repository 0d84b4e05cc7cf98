"""The officer's pages as one WSGI application. `controller.__main__` makes it with a desk and serves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from controller.services.desk import Desk
from controller.web.compose.pages import blueprint as compose
from controller.web.dictionary.pages import blueprint as dictionary
from controller.web.emergency.pages import blueprint as emergency
from controller.web.events.pages import blueprint as events
from controller.web.frame import furnish
from controller.web.home.pages import blueprint as home
from controller.web.layout.place import DESK
from controller.web.layout.security import protect
from controller.web.phrases.pages import blueprint as phrases
from controller.web.recovery.pages import blueprint as recovery
from controller.web.result.pages import blueprint as result
from controller.web.sign_in import session
from controller.web.sign_in.pages import blueprint as sign_in
from controller.web.troubles import answer_errors
from controller.web.units.pages import blueprint as units
from controller.web.villages.pages import blueprint as villages

SCREENS = (sign_in, home, compose, result, units, events, emergency, recovery, phrases, dictionary, villages)
_FORM_ROOM = 1024 * 1024
"""Bytes of a request beside the recording that it carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the pages must know of where they stand."""

    session_key: bytes
    """Signs the session cookie; kept over restarts, so that a restart signs nobody out."""
    public_url: str
    """How browsers reach the desk: with https, cookies are sent over https only."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front and may say where a request comes from."""


def create_app(desk: Desk, settings: WebSettings, *, machines: Sequence[Blueprint] = ()) -> Flask:
    """Return the pages of a desk.

    `machines` are for programs (the JSON interface, clips for units): they have no session, guard themselves, and so
    need no form token.
    """
    here = Path(__file__).parent
    app = Flask(__name__, static_folder=str(here / "static"), template_folder=str(here / "layout" / "templates"))
    app.config.update(_configuration(desk, settings))
    app.extensions[DESK] = desk
    app.extensions[session.MACHINES] = frozenset(blueprint.name for blueprint in machines)
    protect(app)
    app.before_request(session.admit)
    tokens = CSRFProtect(app)
    for blueprint in (*SCREENS, *machines):
        app.register_blueprint(blueprint)
    for blueprint in machines:
        tokens.exempt(blueprint)
    furnish(app)
    answer_errors(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _configuration(desk: Desk, settings: WebSettings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.session_key,
        "PUBLIC_URL": settings.public_url.rstrip("/"),
        "SESSION_COOKIE_NAME": "loalang",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": urlsplit(settings.public_url).scheme == "https",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": session.LASTS,
        "MAX_CONTENT_LENGTH": desk.settings.max_upload_bytes + _FORM_ROOM,
        "MAX_FORM_MEMORY_SIZE": _FORM_ROOM,
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
    }
