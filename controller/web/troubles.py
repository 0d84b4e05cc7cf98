"""Pages for what goes wrong: every error is said in the officer's words, and a form that was refused keeps its text."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from controller.services import drafts
from controller.services.faults import Fault, FaultCode
from controller.web.compose import receiving, writing
from controller.web.compose.form import Form
from controller.web.layout.faults import Remark, Remarks, remarks
from controller.web.layout.place import desk, user, user_or_none
from controller.web.sign_in import kept
from words import knows, say

_WRITING = {"compose.create", "compose.change"}
_WRITING_ON = {*_WRITING, "compose.from_document", "compose.as_pasted"}
"""What holds the form of the writing page."""
_SIGNING_IN = "sign_in.enter"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page says."""

    title: str
    text: str


def answer_errors(app: Flask) -> None:
    """Answer every refusal and every error with a page."""
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(HTTPException, refused)


def refused(error: HTTPException) -> ResponseReturnValue:
    """The page for an error; a redirect (and every answer that is no error) passes as it is."""
    if error.code is None or error.code < 400:
        return error
    key = str(error.code) if knows(f"error-{error.code}-title") else "other"
    trouble = Trouble(say(f"error-{key}-title"), say(f"error-{key}-text"))
    headers = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    return render_template("layout/error.html", trouble=trouble, code=error.code), error.code, headers


def stale(error: CSRFError) -> ResponseReturnValue:
    """A form of an older session: nothing is done, nothing that was written is lost, and it is said what to do.

    It is never sent on as it is: a stranger's page may have sent it. The person sees it in the form first.
    """
    if request.endpoint == _SIGNING_IN:
        return render_template(
            "sign_in/page.html",
            problem=say("stale-form"),
            name=request.form.get("name", ""),
            next=request.form.get("next", ""),
            kept=request.form.get("kept", ""),
        ), 400
    if user_or_none() is None:
        return refused(error)
    if request.endpoint in _WRITING_ON:
        form = Form.read({**request.form.to_dict(), **_bulletin(request.view_args or {})})
        return writing.show(form, Remarks((Remark("", say("stale-form")),)), 400)
    if "HX-Request" in request.headers:
        return "", 400
    flash(say("stale-act"), "warn")
    return redirect(kept.page_of_form(), 303)


def _bulletin(view_args: Mapping[str, object]) -> dict[str, str]:
    """The bulletin that the address names, over what the form says."""
    return {"bulletin": str(view_args["bulletin_id"])} if "bulletin_id" in view_args else {}


def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A recording above the limit: the compose page again with the draft, and why. Anything else: a plain page."""
    if request.endpoint == receiving.RECEIVING and user_or_none() is not None:
        return receiving.too_large()
    if request.endpoint not in _WRITING or user_or_none() is None:
        return refused(error)
    limit = desk().settings.max_upload_bytes >> 20
    form = Form.read({**drafts.load_draft(desk(), user()), "source": "upload"})
    fault = Fault("upload", FaultCode.UPLOAD_TOO_LARGE, {"limit_mb": limit})
    return writing.show(form, remarks([fault]), 413)
