"""Text that comes from elsewhere: pasted in a font of the nineties, or handed in as a Word or PDF file.

Nothing is changed behind the writer's back: what was converted is said, shown in the field for editing, and taken back
with one press.
"""

from contextlib import closing
from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from controller.services import documents, drafts
from controller.services.faults import Fault, FaultCode, Invalid
from controller.web.compose.blueprint import blueprint
from controller.web.compose.form import Form, chosen_file
from controller.web.compose.pasted import Pasted, converted
from controller.web.compose.writing import show
from controller.web.layout.faults import remarks
from controller.web.layout.place import desk, user


@blueprint.post("/soan/bang-ma")
def pasted() -> ResponseReturnValue:
    """What a pasted text is in Unicode, as a part of the writing page; nothing when it is Unicode already."""
    form = Form.read(request.form)
    found = None if form.as_pasted else converted(form.text)
    return render_template("compose/pasted.html", pasted=replace(found, is_fresh=True) if found else None)


@blueprint.post("/soan/tra-lai")
def as_pasted() -> ResponseReturnValue:
    """Put the letters back as they were pasted, and take them for what they are from now on."""
    form = replace(Form.read(request.form), text=request.form.get("original", ""), as_pasted="1")
    drafts.save_draft(desk(), user(), form=form.fields())
    return show(form, pasted=Pasted(text=form.text))


@blueprint.post("/soan/tu-tep")
def from_document() -> ResponseReturnValue:
    """Put the text of a Word or PDF file into the field, behind what stands there, for editing."""
    form = Form.read(request.form)
    file = chosen_file(request.files.get("document"))
    if file is None:
        return show(form, remarks([Fault("document", FaultCode.DOCUMENT_MISSING)]), 422)
    try:
        with closing(file):
            document = documents.text_of_document(desk(), file.stream)
    except Invalid as invalid:
        return show(form, remarks(invalid.faults), 422)
    found = converted(document.text) or Pasted(text=document.text)
    told = replace(
        found,
        original=_behind(form.text, found.original),
        file=(file.filename or "")[:200],
        characters=len(found.text),
    )
    form = replace(form, text=_behind(form.text, found.text))
    drafts.save_draft(desk(), user(), form=form.fields())
    return show(form, pasted=told)


def _behind(text: str, more: str) -> str:
    return "\n\n".join(part for part in (text.rstrip(), more) if part)
