"""Where a page finds the desk and the person: set once a request by the application, read by every screen."""

from typing import cast

from flask import current_app, g

from controller.services.desk import Desk
from controller.services.views import User

DESK = "loalang.desk"


def desk() -> Desk:
    """The desk that this application serves."""
    return cast("Desk", current_app.extensions[DESK])


def user() -> User:
    """Who is signed in; only screens that nobody sees without signing in may ask."""
    return cast("User", g.user)


def user_or_none() -> User | None:
    """Who is signed in, if anybody: for the frame around error pages."""
    return cast("User | None", g.get("user"))
