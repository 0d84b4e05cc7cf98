"""The steps of composing in one import: each module adds its addresses to the shared blueprint."""

from controller.web.compose import correcting, planning, receiving, renditions, taking_in, writing
from controller.web.compose.blueprint import blueprint

__all__ = ["blueprint", "correcting", "planning", "receiving", "renditions", "taking_in", "writing"]
