"""The blueprint that the steps of composing share."""

from flask import Blueprint

blueprint = Blueprint("compose", "controller.web.compose", template_folder="templates")
