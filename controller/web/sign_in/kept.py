"""Words that were sent after the session was lost: they ride along on the sign-in page and are not lost.

Only the fields of the compose form are kept, as one hidden field; after signing in they become the person's draft.
A file cannot ride along: the page says that it must be chosen again.
"""

import json

from flask import render_template, request, url_for

from controller.services import drafts
from controller.services.views import User
from controller.web.layout.place import desk

FIELDS = ("bulletin", "title", "text", "source", "language", "repeat", "status", "corrections")
"""What of the compose form is worth keeping."""
_WRITING = {"compose.create", "compose.change", "compose.from_document", "compose.as_pasted"}
MOST_CHARACTERS = 100_000
"""Above any text that the desk accepts; more is not carried."""


def sign_in_page() -> str:
    """The sign-in page for a form that came too late; where it goes afterwards is where the words stand."""
    if request.endpoint not in _WRITING:
        return render_template("sign_in/page.html", next=page_of_form(), kept="", late=True)
    form = {name: request.form[name] for name in FIELDS if name in request.form}
    target = url_for("compose.edit", bulletin_id=form["bulletin"]) if form.get("bulletin") else url_for("compose.page")
    return render_template("sign_in/page.html", next=target, kept=json.dumps(form, ensure_ascii=False), late=True)


def take_over(user: User, kept: str) -> None:
    """Make what rode along the draft of who has signed in; something that is not ours is ignored."""
    form = _read(kept)
    if any(form.get(name) for name in ("title", "text")):
        drafts.save_draft(desk(), user, form=form)


def _read(kept: str) -> dict[str, str]:
    if not kept or len(kept) > MOST_CHARACTERS:
        return {}
    try:
        form = json.loads(kept)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(form, dict):
        return {}
    return {name: form[name] for name in FIELDS if isinstance(form.get(name), str)}


def page_of_form() -> str:
    """A form of another screen posts beside the page it stands on; that page says again how things are."""
    referrer = request.referrer or ""
    host = request.host_url
    return "/" + referrer.removeprefix(host) if referrer.startswith(host) else url_for("home.page")
