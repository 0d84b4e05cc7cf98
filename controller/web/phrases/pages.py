"""The list of the emergency phrases, each to be heard, and which units have them all."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from controller.services import phrases
from controller.web.layout.place import desk

blueprint = Blueprint("phrases", __name__, template_folder="templates")


@blueprint.get("/cau-khan-cap")
def page() -> ResponseReturnValue:
    """The bank as it is now."""
    return render_template("phrases/page.html", bank=phrases.bank(desk()))
