"""The dictionary: found, added to, changed, handed on as a file and taken in from one."""

from contextlib import closing

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.services import dictionary, word_list
from controller.services.faults import Invalid
from controller.services.word_list import Change, Comparison
from controller.web.layout.faults import NONE, Remarks, remarks, sentence
from controller.web.layout.place import desk, user
from words import say

blueprint = Blueprint("dictionary", __name__, template_folder="templates")

SHOWN = 200
"""Entries on one page; who looks for another one searches."""


@blueprint.get("/tu-dien")
def page() -> ResponseReturnValue:
    """The entries, or those that hold what is searched for."""
    return _page()


@blueprint.post("/tu-dien")
def put() -> ResponseReturnValue:
    """Add an entry, or change one (`instead_of`)."""
    form = {name: request.form.get(name, "") for name in ("written", "spoken", "instead_of")}
    try:
        written = dictionary.put(desk(), user(), **form)
    except Invalid as invalid:
        return _page(form, remarks(invalid.faults), 422)
    flash(say("dictionary-put", written=written), "ok")
    return redirect(url_for("dictionary.page"), 303)


@blueprint.post("/tu-dien/xoa")
def remove() -> ResponseReturnValue:
    """Take an entry out."""
    written = request.form.get("written", "")
    try:
        dictionary.remove(desk(), user(), written=written)
    except Invalid as invalid:
        return _page({}, remarks(invalid.faults), 422)
    flash(say("dictionary-removed", written=written), "ok")
    return redirect(url_for("dictionary.page"), 303)


@blueprint.get("/tu-dien/tu-dien-doc.csv")
def export() -> Response:
    """The dictionary as a file for Excel."""
    answer = Response(word_list.exported(desk()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="tu-dien-doc.csv"'
    return answer


@blueprint.post("/tu-dien/nhap")
def look_at() -> ResponseReturnValue:
    """What a list would change, before anything is changed."""
    try:
        text = _received()
        return _list_page(text, word_list.compared(desk(), text))
    except Invalid as invalid:
        if "text" in request.form:
            return _list_page(request.form["text"], Comparison(()), remarks(invalid.faults), 422)
        return _page({}, remarks(invalid.faults), 422)


@blueprint.post("/tu-dien/nhap/ghi")
def take_over() -> ResponseReturnValue:
    """Write the good lines of a list down; the others are shown again, to be mended."""
    try:
        done = word_list.take_over(desk(), user(), _received())
    except Invalid as invalid:
        return _list_page(request.form.get("text", ""), Comparison(()), remarks(invalid.faults), 422)
    flash(say("list-done", added=len(done.of(Change.ADDED)), changed=len(done.of(Change.CHANGED))), "ok")
    if done.left_over:
        return _list_page(done.left_over, word_list.compared(desk(), done.left_over))
    return redirect(url_for("dictionary.page"), 303)


def _page(form: dict[str, str] | None = None, found: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    search = request.args.get("tim", "").strip()[:100]
    entries = dictionary.entries(desk(), search=search)
    page_ = render_template(
        "dictionary/page.html",
        entries=entries[:SHOWN],
        count=len(entries),
        search=search,
        form=form or {},
        remarks=found,
        limit_kb=word_list.LARGEST_BYTES >> 10,
    )
    return page_, status


def _list_page(text: str, found: Comparison, told: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    page_ = render_template(
        "dictionary/list.html",
        text=text,
        added=found.of(Change.ADDED),
        changed=found.of(Change.CHANGED),
        same=found.of(Change.SAME),
        refused=found.of(Change.REFUSED),
        sentence=sentence,
        remarks=told,
    )
    return page_, status


def _received() -> str:
    """The list from the field of the second page, or from a chosen file; `Invalid`."""
    if "text" in request.form:
        return word_list.text_of(request.form["text"].encode())
    file = request.files.get("file")
    if file is None:
        return word_list.text_of(b"")
    with closing(file):
        return word_list.text_of(file.stream.read(word_list.LARGEST_BYTES + 1))
