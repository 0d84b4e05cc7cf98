"""The first two steps: write (or hand in a recording), see how it will be read, listen."""

from contextlib import closing
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from audio.studio.refusal import Refusal
from controller.domain.rendition import Language
from controller.services import composing, corrections, drafts, unit_list
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.uploads import is_held
from controller.services.views import BulletinView
from controller.web.compose.blueprint import blueprint
from controller.web.compose.form import Form, chosen_file, is_sound
from controller.web.compose.languages import EMPTY, LanguageForm, languages_page, rendition_in
from controller.web.compose.pasted import Pasted, converted
from controller.web.compose.press import new_press, press_of
from controller.web.compose.reading import reading_page
from controller.web.layout.faults import NONE, Remarks, remarks
from controller.web.layout.moments import clock_seconds, numeric_date
from controller.web.layout.place import desk, user
from schedules.vocabulary import Status
from words import say

_NAMES = {"text": "paper"}
"""What the desk calls the text of a recording, and what the form calls it."""


def bulletin_or_404(bulletin_id: str) -> BulletinView:
    """The bulletin of an address; the page of a wrong address when there is none."""
    found = composing.bulletin(desk(), bulletin_id)
    if found is None:
        raise NotFound
    return found


def show(form: Form, found: Remarks = NONE, status: int = 200, *, pasted: Pasted | None = None) -> ResponseReturnValue:
    """The writing page with what stands in it, what is wrong with it, and what became of a text that was taken in."""
    page = render_template(
        "compose/write.html",
        form=form,
        remarks=found,
        pasted=pasted,
        press=new_press(),
        languages=tuple(Language),
        statuses=tuple(Status),
        most_repeats=desk().settings.max_repeat,
        limit=desk().settings.max_text,
        limit_mb=desk().settings.max_upload_bytes >> 20,
    )
    return page, status


def kept_form(bulletin: str = "") -> Form | None:
    """The draft of who is signed in, if it is of this bulletin (empty: of a new one)."""
    form = Form.read(drafts.load_draft(desk(), user()))
    if not is_held(desk(), form.upload):
        form = form.with_upload("", "")
    return form if form.has_words and form.bulletin == bulletin else None


@blueprint.get("/soan")
def page() -> ResponseReturnValue:
    """Begin, or go on with the draft."""
    return show(kept_form() or Form())


@blueprint.get("/soan/<bulletin_id>/sua")
def edit(bulletin_id: str) -> ResponseReturnValue:
    """Change a bulletin that is not planned yet."""
    view = bulletin_or_404(bulletin_id)
    if view.planned:
        flash(say("fault-bulletin-planned"), "warn")
        return redirect(url_for("compose.listen", bulletin_id=bulletin_id))
    return show(kept_form(bulletin_id) or _form_of(view))


@blueprint.post("/soan")
def create() -> ResponseReturnValue:
    """Make the bulletin, or show the form again with everything in it."""
    return _made("")


@blueprint.post("/soan/<bulletin_id>/sua")
def change(bulletin_id: str) -> ResponseReturnValue:
    """Replace the bulletin, or show the form again with everything in it."""
    return _made(bulletin_or_404(bulletin_id).id)


@blueprint.post("/soan/nhap")
def draft() -> ResponseReturnValue:
    """Keep what is being written; answers with when it was kept."""
    form = Form.read(request.form)
    if form.has_words:
        drafts.save_draft(desk(), user(), form=form.fields())
        return say("draft-saved", time=clock_seconds(desk().clock()))
    drafts.drop_draft(desk(), user())
    return ""


@blueprint.post("/soan/bo-nhap")
def forget() -> ResponseReturnValue:
    """Throw the draft away and begin anew."""
    drafts.drop_draft(desk(), user())
    return redirect(url_for("compose.page"), 303)


@blueprint.get("/soan/<bulletin_id>/nghe")
def listen(bulletin_id: str) -> ResponseReturnValue:
    """Listen to the bulletin as the villages will hear it."""
    return listen_page(bulletin_or_404(bulletin_id))


def listen_page(
    view: BulletinView,
    found: Remarks = NONE,
    status: int = 200,
    *,
    language_form: LanguageForm = EMPTY,
    **more: object,
) -> ResponseReturnValue:
    """The listening page: every language's clip, how the text is read, and what is still to be chosen."""
    wording = corrections.wording(desk(), view.id)
    page = render_template(
        "compose/listen.html",
        bulletin=view,
        remarks=found,
        wording=wording,
        reading=reading_page(wording.reading) if wording else None,
        languages=languages_page(view, unit_list.villages(desk()), language_form),
        **more,
    )
    return page, status


@blueprint.get("/soan/<bulletin_id>/nghe/tien-do")
def rendering(bulletin_id: str) -> ResponseReturnValue:
    """How far the voice of one language is: a live part of the listening page."""
    view = bulletin_or_404(bulletin_id)
    rendition = rendition_in(view, request.args.get("tieng", ""))
    return render_template("compose/rendering.html", bulletin=view, rendition=rendition)


@blueprint.post("/soan/<bulletin_id>/nghe/lai")
def again(bulletin_id: str) -> ResponseReturnValue:
    """Try again to make a voice that failed."""
    composing.render_again(desk(), user(), bulletin_or_404(bulletin_id).id)
    return redirect(url_for("compose.listen", bulletin_id=bulletin_id), 303)


def _form_of(view: BulletinView) -> Form:
    """The form of a bulletin that is edited, with the recording that it was made of."""
    form = Form.of_bulletin(view)
    recording = composing.recording_of(desk(), view.id) if form.source == "upload" else None
    return form.with_upload(recording, view.title) if recording else form


def _made(bulletin: str) -> ResponseReturnValue:
    form = Form.read({**request.form.to_dict(), "bulletin": bulletin})
    if (found := _to_look_at(form)) is not None:
        form = replace(form, text=found.text)
        drafts.save_draft(desk(), user(), form=form.fields())
        return show(form, pasted=found)
    try:
        form = _with_file(form)
        made = _save(form, bulletin)
    except Invalid as invalid:
        drafts.save_draft(desk(), user(), form=form.fields())
        return show(form, remarks(invalid.faults, _NAMES if form.source == "upload" else None), 422)
    drafts.drop_draft(desk(), user())
    return redirect(url_for("compose.listen", bulletin_id=made), 303)


def _to_look_at(form: Form) -> Pasted | None:
    """A text in an older encoding, in Unicode: its writer sees it before it becomes a bulletin."""
    return None if form.source == "upload" or form.as_pasted else converted(form.text)


def _with_file(form: Form) -> Form:
    file = chosen_file(request.files.get("file"))
    if form.source != "upload" or file is None:
        return form
    with closing(file):
        if not is_sound(file):
            raise Invalid(Fault("upload", FaultCode.VOICE_FAILED, {"error": Refusal.NOT_AUDIO}))
        kept = composing.keep_upload(desk(), file.stream, name=file.filename or "")
    return form.with_upload(kept.token, kept.name)


def _save(form: Form, bulletin: str) -> str:
    if form.source == "upload" and not form.upload:
        raise Invalid(Fault("upload", FaultCode.UPLOAD_MISSING))
    title = say("compose-recording", date=numeric_date(desk().clock()))
    new = form.new_bulletin(press_of(request.form), title)
    if not bulletin:
        return composing.create_bulletin(desk(), user(), new)
    composing.edit_bulletin(desk(), user(), bulletin, new)
    return bulletin
