"""The JSON interface for programs of the office: `loalang say`, the demonstration, later the province's system."""

from controller.web.api.blueprint import api_blueprint

__all__ = ["api_blueprint"]
