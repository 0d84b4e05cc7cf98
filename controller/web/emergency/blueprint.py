"""The blueprint that the pages of emergencies share."""

from flask import Blueprint

blueprint = Blueprint("emergency", "controller.web.emergency", template_folder="templates")
