"""The emergency phrases in one language: each to be heard and to be recorded, and which units have them all."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from controller.domain.languages import DEFAULT
from controller.domain.rendition import Language
from controller.services import phrases
from controller.services.faults import Invalid
from controller.web.compose.received import received
from controller.web.layout.faults import NONE, Remarks, remarks
from controller.web.layout.place import desk, user
from words import say

blueprint = Blueprint("phrases", __name__, template_folder="templates")


@blueprint.get("/cau-khan-cap")
def page() -> ResponseReturnValue:
    """The bank as it is now, in the language that was asked for."""
    return _page(_asked(request.args.get("tieng", DEFAULT)))


@blueprint.get("/cau-khan-cap/danh-sach")
def live() -> ResponseReturnValue:
    """The part that is fetched again when a phrase was made: which are there, and who holds them."""
    bank = phrases.bank(desk(), _asked(request.args.get("tieng", DEFAULT)))
    return render_template("phrases/state.html", bank=bank)


@blueprint.post("/cau-khan-cap/<language>/<phrase>")
def record(language: str, phrase: str) -> ResponseReturnValue:
    """Take in a recording of a phrase; it is made into a clip in the background."""
    wanted = _asked(language)
    try:
        upload = received(request.files.get("file"), request.form.get("upload", ""))
        phrases.take_recording(desk(), user(), phrase, wanted, upload or "")
    except Invalid as invalid:
        return _page(wanted, remarks(invalid.faults, {"upload": phrase}), 422)
    flash(say("phrases-taken"), "ok")
    return redirect(_address(wanted, phrase), 303)


@blueprint.post("/cau-khan-cap/<language>/<phrase>/bo")
def forget(language: str, phrase: str) -> ResponseReturnValue:
    """Forget the recording of a phrase."""
    wanted = _asked(language)
    phrases.drop_recording(desk(), user(), phrase, wanted)
    flash(say("phrases-dropped"), "ok")
    return redirect(_address(wanted, phrase), 303)


def _asked(code: str) -> Language:
    if code not in set(Language):
        raise NotFound
    return Language(code)


def _address(language: Language, phrase: str) -> str:
    return url_for("phrases.page", tieng=language, _anchor=phrase)


def _page(language: Language, found: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    bank = phrases.bank(desk(), language)
    anchors = {view.id: view.id for view in (*bank.phrases, *bank.villages)}
    return render_template("phrases/page.html", bank=bank, remarks=found, anchors=anchors), status
