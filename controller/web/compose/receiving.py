"""A recording is received before the form that it belongs to is sent.

So the recorder can show how far it is, stop it, and send it again. The answer is the name under which it is kept; the
form carries that. Without scripts the form carries the file itself.
"""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from controller.services.faults import Fault, FaultCode, Invalid
from controller.web.compose.blueprint import blueprint
from controller.web.compose.received import received
from controller.web.layout.faults import sentence
from controller.web.layout.place import desk

RECEIVING = "compose.receive"
"""The endpoint, for those who answer for it: a request that is too large never reaches it."""


@blueprint.post("/thu-am")
def receive() -> ResponseReturnValue:
    """Keep the file; answers with its name, or with why it is refused, in words."""
    try:
        name = received(request.files.get("file"))
    except Invalid as invalid:
        return _refused(invalid.faults[0], 422)
    return jsonify(upload=name) if name else _refused(Fault("upload", FaultCode.UPLOAD_MISSING), 422)


def too_large() -> ResponseReturnValue:
    """The answer to a file above the limit."""
    limit = desk().settings.max_upload_bytes >> 20
    return _refused(Fault("upload", FaultCode.UPLOAD_TOO_LARGE, {"limit_mb": limit}), 413)


def _refused(fault: Fault, status: int) -> ResponseReturnValue:
    return jsonify(problem=sentence(fault)), status
