"""The sign-in page, signing out, and changing the password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.services import people
from controller.services.faults import Invalid
from controller.web.layout.faults import NONE, remarks
from controller.web.layout.place import desk, user, user_or_none
from controller.web.sign_in import kept, session
from words import say

blueprint = Blueprint("sign_in", __name__, template_folder="templates")


@blueprint.get("/dang-nhap")
def form() -> ResponseReturnValue:
    """Show the form; who is signed in already goes on."""
    wanted = request.args.get("next", "")
    if user_or_none() is not None:
        return redirect(session.safe_path(wanted))
    return render_template("sign_in/page.html", next=wanted, kept="")


@blueprint.post("/dang-nhap")
def enter() -> ResponseReturnValue:
    """Sign in, or say why not; what was written before stays in the page."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    try:
        person = people.sign_in(desk(), name=name, password=password, address=request.remote_addr or "")
    except people.Throttled as throttled:
        return _again(say("sign-in-throttled", seconds=throttled.wait_s), 429, wait_s=throttled.wait_s)
    except people.WrongPassword:
        return _again(say("sign-in-wrong"), 401)
    session.begin(person)
    kept.take_over(person, request.form.get("kept", ""))
    return redirect(session.safe_path(request.form.get("next")), 303)


@blueprint.post("/dang-xuat")
def leave() -> ResponseReturnValue:
    """Sign out."""
    session.end()
    return redirect(url_for("sign_in.form"), 303)


@blueprint.get("/mat-khau")
def password() -> ResponseReturnValue:
    """Show the form for a new password."""
    return render_template("sign_in/password.html", remarks=NONE)


@blueprint.post("/mat-khau")
def new_password() -> ResponseReturnValue:
    """Change the password; every other session ends."""
    try:
        changed = people.change_password(
            desk(), user(), old=request.form.get("old", ""), new=request.form.get("new", "")
        )
    except Invalid as invalid:
        return render_template("sign_in/password.html", remarks=remarks(invalid.faults)), 422
    session.begin(changed)
    flash(say("password-changed"), "ok")
    return redirect(url_for("home.page"), 303)


def _again(problem: str, status: int, *, wait_s: int = 0) -> ResponseReturnValue:
    page = render_template(
        "sign_in/page.html",
        problem=problem,
        name=request.form.get("name", ""),
        next=request.form.get("next", ""),
        kept=request.form.get("kept", ""),
    )
    return page, status, {"Retry-After": str(wait_s)} if wait_s else {}
