"""The languages of a bulletin: add one, replace it, take it away, go on without one that failed."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from controller.domain.rendition import Language
from controller.services import renditions
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.renditions import NewRendition
from controller.web.compose.blueprint import blueprint
from controller.web.compose.languages import LanguageForm
from controller.web.compose.received import received
from controller.web.compose.writing import bulletin_or_404, listen_page
from controller.web.layout.faults import remarks, sentence
from controller.web.layout.place import desk, user
from words import say


@blueprint.post("/soan/<bulletin_id>/tieng")
def put_language(bulletin_id: str) -> ResponseReturnValue:
    """Add a language, or replace what is there in it."""
    view = bulletin_or_404(bulletin_id)
    form = LanguageForm.read(request.form)
    if form.language not in set(Language):
        unknown = remarks([Fault("language", FaultCode.LANGUAGE_UNKNOWN)])
        return listen_page(view, unknown, 422, language_form=form)
    try:
        upload = received(request.files.get("language_file"), form.upload)
        new = NewRendition(language=Language(form.language), text=form.text, upload=upload)
        renditions.put_rendition(desk(), user(), view.id, new)
    except Invalid as invalid:
        found = remarks(invalid.faults, {"upload": "language_file", "text": "language_text"})
        return listen_page(view, found, 422, language_form=form)
    flash(say("languages-put", tongue=say(f"language-{form.language}")), "ok")
    return redirect(url_for("compose.listen", bulletin_id=view.id, _anchor=f"tieng-{form.language}"), 303)


@blueprint.post("/soan/<bulletin_id>/tieng/<language>/bo")
def remove_language(bulletin_id: str, language: str) -> ResponseReturnValue:
    """Take a language away; of a bulletin that is planned: go on without one that failed."""
    view, wanted = bulletin_or_404(bulletin_id), _language(language)
    try:
        act = renditions.leave_out if view.planned else renditions.remove_rendition
        act(desk(), user(), view.id, wanted)
        flash(say("languages-removed", tongue=say(f"language-{wanted}")), "ok")
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("compose.listen", bulletin_id=view.id), 303)


@blueprint.post("/soan/<bulletin_id>/tieng/<language>/lai")
def again_language(bulletin_id: str, language: str) -> ResponseReturnValue:
    """Try again to make a language that failed."""
    view, wanted = bulletin_or_404(bulletin_id), _language(language)
    try:
        renditions.try_again(desk(), user(), view.id, wanted)
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("compose.listen", bulletin_id=view.id, _anchor=f"tieng-{wanted}"), 303)


def _language(code: str) -> Language:
    if code not in set(Language):
        raise NotFound
    return Language(code)
