"""Seeing and mending how a text is read: while writing it, and on the page where it is heard.

While writing, what is decided travels with the form; of a bulletin it is kept at once. Both open the same small panel
beneath the text: what is written, what will be said, why, and a field to say otherwise.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from audio.reading import Reading
from controller.services import corrections, dictionary, pronunciation
from controller.services.corrections import Answer
from controller.services.faults import Fault, Invalid
from controller.services.views import BulletinView
from controller.web.compose.blueprint import blueprint
from controller.web.compose.form import Form
from controller.web.compose.plan_form import PlanForm
from controller.web.compose.planning import query
from controller.web.compose.reading import Place, place_at, reading_page
from controller.web.compose.writing import bulletin_or_404, listen_page
from controller.web.layout.faults import NONE, remarks
from controller.web.layout.place import desk, user
from words import say

ONCE, ALWAYS, UNDO = "once", "always", "undo"
"""What the buttons of the panel ask for: for this bulletin, for the dictionary, or to take it back."""
_OTHER = "other"
_MOST_ANSWERS = 500
_DIGITS = 8


@blueprint.post("/soan/cach-doc")
def preview() -> ResponseReturnValue:
    """How the text will be read aloud, as a part of the writing page; with a panel, or after what its buttons asked."""
    form = Form.read(request.form)
    text = form.text[: desk().settings.max_text]
    decided, found = form.decided, NONE
    if "scope" in request.form:
        try:
            decided = _decide(form, text, decided)
        except Invalid as invalid:
            found = remarks(invalid.faults)
    kept = {**_kept(form.bulletin), **decided}
    reading = pronunciation.preview(desk(), text, kept) if text.strip() else None
    return render_template(
        "compose/draft_reading.html",
        form=form.with_decided(decided),
        reading=reading_page(reading) if reading else None,
        place=_opened(reading, kept) if found or "scope" not in request.form else None,
        typed=_typed(request.form) if found else {},
        remarks=found,
        done=None if found else _done(request.form),
    )


@blueprint.get("/soan/<bulletin_id>/doc/<start>")
def place(bulletin_id: str, start: str) -> ResponseReturnValue:
    """The listening page with the panel of one piece of the text; only the part of it when a script asks."""
    view, wording = bulletin_or_404(bulletin_id), corrections.wording(desk(), bulletin_id)
    opened = _at(wording.reading, start, wording.corrections) if wording and not view.planned else None
    if wording is None or opened is None:
        return redirect(url_for("compose.listen", bulletin_id=bulletin_id))
    if "HX-Request" in request.headers:
        return render_template(
            "compose/bulletin_reading.html",
            bulletin=view,
            wording=wording,
            reading=reading_page(wording.reading),
            place=opened,
            typed={},
            remarks=NONE,
        )
    return listen_page(view, place=opened)


@blueprint.post("/soan/<bulletin_id>/doc")
def mend(bulletin_id: str) -> ResponseReturnValue:
    """Say something otherwise, in this bulletin or in all from now on, or take that back."""
    view = bulletin_or_404(bulletin_id)
    fields = _typed(request.form)
    scope = request.form.get("scope", ONCE)
    try:
        if scope == UNDO:
            corrections.withdraw(desk(), user(), view.id, written=fields["written"], place=fields["place"])
        elif scope == ALWAYS:
            dictionary.put(desk(), user(), written=fields["written"], spoken=fields["spoken"])
            corrections.withdraw(desk(), user(), view.id, written=fields["written"], place=fields["place"])
        else:
            corrections.correct(desk(), user(), view.id, **fields)
    except Invalid as invalid:
        return listen_page(view, remarks(invalid.faults), 422, place=_opened_in(view), typed=fields)
    flash(_done({**request.form, "scope": scope}) or "", "ok")
    return redirect(url_for("compose.listen", bulletin_id=view.id, _anchor="reading"), 303)


@blueprint.post("/soan/<bulletin_id>/tra-loi")
def answer(bulletin_id: str) -> ResponseReturnValue:
    """Take the answers to the ambiguous abbreviations, and go back to the step that asked."""
    view = bulletin_or_404(bulletin_id)
    try:
        left = corrections.answer(desk(), user(), view.id, answers_of(request.form))
    except Invalid as invalid:
        return listen_page(view, remarks(invalid.faults), 422, given=request.form, query=_query())
    if not left:
        flash(say("reading-answered"), "ok")
    return redirect(_asker(view), 303)


def answers_of(fields: Mapping[str, str]) -> list[Answer]:
    """The answers in a form; a question whose own words were chosen but not written is left open."""
    marks = [name.removeprefix("answer-") for name in fields if name.startswith("answer-")][:_MOST_ANSWERS]
    found = (
        Answer(place=mark, spoken=_chosen(fields, mark), always=bool(fields.get(f"always-{mark}"))) for mark in marks
    )
    return [one for one in found if one.spoken]


def _chosen(fields: Mapping[str, str], mark: str) -> str:
    chosen = fields[f"answer-{mark}"]
    return fields.get(f"other-{mark}", "").strip() if chosen == _OTHER else chosen


def _asker(view: BulletinView) -> str:
    query = _query()
    if not query:
        return url_for("compose.listen", bulletin_id=view.id)
    return url_for("compose.check", bulletin_id=view.id) + query


def _query() -> str:
    """What was chosen in the later steps, when one of them asked; rebuilt from its fields, never sent on as it is."""
    chosen = PlanForm.read(MultiDict(parse_qsl(request.form.get("query", "").removeprefix("?"))))
    return query(chosen) if chosen.villages else ""


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    return {
        "written": fields.get("fix-written", ""),
        "spoken": fields.get("fix-spoken", ""),
        "place": fields.get("fix-place", ""),
    }


def _kept(bulletin: str) -> dict[str, str]:
    """What was decided of the bulletin that is edited."""
    wording = corrections.wording(desk(), bulletin) if bulletin else None
    return wording.corrections if wording else {}


def _decide(form: Form, text: str, decided: Mapping[str, str]) -> dict[str, str]:
    """The decisions of the form after what the panel's button asked; `Invalid`."""
    fields = _typed(request.form)
    scope = request.form["scope"]
    reading = pronunciation.preview(desk(), text, {**_kept(form.bulletin), **decided})
    key = pronunciation.places(reading, fields["written"]).get(fields["place"], "")
    if scope == ALWAYS:
        dictionary.put(desk(), user(), written=fields["written"], spoken=fields["spoken"])
    if scope in {ALWAYS, UNDO}:
        return {name: said for name, said in decided.items() if name not in {key, fields["written"]}}
    entry = pronunciation.checked(fields["written"], fields["spoken"], everywhere=False)
    if isinstance(entry, Fault):
        raise Invalid(entry)
    return {**decided, key or entry[0]: entry[1]}


def _done(fields: Mapping[str, str]) -> str | None:
    """What was done, in words."""
    scope = fields.get("scope")
    if scope is None:
        return None
    return say(f"reading-done-{scope if scope in {ALWAYS, UNDO} else ONCE}", written=fields.get("fix-written", ""))


def _opened(reading: Reading | None, decided: Mapping[str, str]) -> Place | None:
    """The piece that was tapped, or the one whose panel was sent."""
    return _at(reading, request.form.get("at") or request.form.get("fix-at", ""), decided)


def _at(reading: Reading | None, start: str, decided: Mapping[str, str]) -> Place | None:
    return place_at(reading, int(start), decided) if reading and start.isdecimal() and len(start) < _DIGITS else None


def _opened_in(view: BulletinView) -> Place | None:
    wording = corrections.wording(desk(), view.id)
    return _opened(wording.reading, wording.corrections) if wording else None
