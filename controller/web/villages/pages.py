"""The list of the villages, each with the languages that it understands, best first."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.domain.rendition import Language
from controller.services import unit_list, village_languages
from controller.services.faults import Invalid
from controller.web.layout.faults import NONE, Remarks, remarks
from controller.web.layout.place import desk, user
from words import say

blueprint = Blueprint("villages", __name__, template_folder="templates")

PLACES = 3
"""How many languages a village is asked for; one that was given more keeps a field for each."""


@blueprint.get("/thon-ban")
def page() -> ResponseReturnValue:
    """The villages as they are now."""
    return _page({village.id: village.languages for village in unit_list.villages(desk())})


@blueprint.post("/thon-ban")
def save() -> ResponseReturnValue:
    """Set the languages of every village that the form names."""
    chosen = {village: _chosen(village) for village in request.form.getlist("village")}
    try:
        changed = village_languages.set_languages(desk(), user(), chosen)
    except Invalid as invalid:
        return _page(chosen, remarks(invalid.faults), 422)
    flash(say("villages-languages-set", count=changed) if changed else say("villages-languages-same"), "ok")
    return redirect(url_for("villages.page"), 303)


def _chosen(village: str) -> tuple[Language, ...]:
    """The languages in the fields of a village, in their order; an empty field is passed over."""
    return tuple(Language(code) for code in request.form.getlist(f"languages-{village}") if code in set(Language))


def _page(chosen: Mapping[str, tuple[Language, ...]], found: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    listed = unit_list.villages(desk())
    names = {unit.id: unit.name for unit in unit_list.units(desk())}
    page = render_template(
        "villages/page.html",
        villages=listed,
        unit_names=names,
        chosen=chosen,
        languages=tuple(Language),
        places=max([PLACES, *(len(languages) for languages in chosen.values())]),
        remarks=found,
        anchors={village.id: village.id for village in listed},
    )
    return page, status
