"""The addresses of the JSON interface. Each needs the bearer token that stands in the data folder's `api-token`."""

import hmac

import msgspec
from flask import Blueprint, Response, current_app, request

from audio.reading import Question
from controller.services import results, unit_list
from controller.services.desk import Desk
from controller.services.faults import Fault, Invalid
from controller.web.api.emergency import add_emergency_lock
from controller.web.api.requests import Unreadable, read_say
from controller.web.api.saying import say
from words import UnknownWord, say_code
from words import say as words

PREFIX = "/api/v1"


def api_blueprint(desk: Desk, token: str) -> Blueprint:
    """Return the blueprint under `/api/v1`. It guards itself: exempt it from sessions and form tokens."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)

    @blueprint.before_request
    def admit() -> Response | None:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
            return None
        response = _json({"error": "unauthorized"}, 401)
        response.headers["WWW-Authenticate"] = 'Bearer realm="loalang"'
        return response

    @blueprint.get("/health")
    def health() -> Response:
        since = desk.doorbell.connected_since
        return _json(
            {
                "commune": desk.commune,
                "now": desk.clock(),
                "broker": since is not None,
                "broker_since": since,
                "clock_trusted": desk.clock_trusted(),
                "delegation": desk.keys.serial,
            }
        )

    @blueprint.get("/units")
    def units() -> Response:
        return _json({"units": unit_list.units(desk), "villages": unit_list.villages(desk)})

    @blueprint.get("/broadcasts/<broadcast>")
    def show(broadcast: str) -> Response:
        view = results.broadcast(desk, broadcast)
        return _json({"error": "unknown broadcast"}, 404) if view is None else _json(view)

    @blueprint.post("/say")
    def speak() -> Response:
        said = say(desk, read_say(request.get_data(cache=False)))
        url = f"{current_app.config.get('PUBLIC_URL') or request.host_url.rstrip('/')}/ket-qua/{said.broadcast}"
        doubts = [_doubt(question) for question in said.questions]
        return _json({"broadcast": said.broadcast, "url": url, "warnings": doubts}, 201)

    add_emergency_lock(blueprint, desk)

    @blueprint.errorhandler(Invalid)
    def invalid(error: Invalid) -> Response:
        return _json({"faults": [_told(fault) for fault in error.faults]}, 422)

    @blueprint.errorhandler(Unreadable)
    def malformed(error: Unreadable) -> Response:
        return _json({"faults": [{"field": "", "code": "malformed", "message": str(error)}]}, 400)

    return blueprint


def _doubt(question: Question) -> dict[str, object]:
    """An abbreviation that was read as is likeliest."""
    values = {"source": question.source, "chosen": question.chosen, "choices": " / ".join(question.choices)}
    return {
        "code": "reading-likely",
        "source": question.source,
        "chosen": question.chosen,
        "choices": question.choices,
        "message": words("reading-likely", **values),
    }


def _told(fault: Fault) -> dict[str, object]:
    values = dict(fault.values)
    try:
        message = say_code("fault", fault.code, "vi", **values)
    except UnknownWord:
        message = fault.code
    return {"field": fault.field, "code": fault.code, "values": values, "message": message}


def _json(content: object, status: int = 200) -> Response:
    body = msgspec.json.encode(_renamed(msgspec.to_builtins(content)))
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _renamed(content: object) -> object:
    """`class_` is Python's spelling; on the wire it is `class`."""
    if isinstance(content, dict):
        return {("class" if key == "class_" else key): _renamed(value) for key, value in content.items()}
    return [_renamed(value) for value in content] if isinstance(content, list | tuple) else content
