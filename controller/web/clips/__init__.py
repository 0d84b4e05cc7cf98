"""Clips for units and for listening in the page: `GET /clips/<sha256>`, ranges, cached for ever. No session needed.

The name is the SHA-256 of the content: it cannot be guessed, and what it names never changes. A unit checks it anyway.
"""

from flask import Blueprint, Response, abort, send_file

from audio.clip import UnknownClip
from controller.services.ports import Clips

_A_YEAR = 365 * 24 * 3600


def clips_blueprint(store: Clips) -> Blueprint:
    """Return the blueprint that serves the store."""
    blueprint = Blueprint("clips", __name__, url_prefix="/clips")

    @blueprint.get("/<clip_hash>")
    def clip(clip_hash: str) -> Response:
        try:
            path = store.path_of(clip_hash)
        except UnknownClip:
            abort(404)
        response = send_file(path, mimetype="audio/ogg", conditional=True, etag=clip_hash, max_age=_A_YEAR)
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.headers["Accept-Ranges"] = "bytes"
        return response

    return blueprint
