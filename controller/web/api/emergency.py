"""The emergency lock for programs: a person's code, passed on, opens it for programs alone."""

import msgspec
from flask import Blueprint, Response, request

from controller.services import emergency_lock
from controller.services.desk import Desk
from controller.web.api.requests import read_unlock
from controller.web.api.saying import PROGRAM


def add_emergency_lock(blueprint: Blueprint, desk: Desk) -> None:
    """Add `POST /emergency/unlock` and `POST /emergency/lock`."""

    @blueprint.post("/emergency/unlock")
    def unlock() -> Response:
        code = read_unlock(request.get_data(cache=False)).code
        return _answer({"open_until": emergency_lock.unlock(desk, PROGRAM, code=code)})

    @blueprint.post("/emergency/lock")
    def lock() -> Response:
        emergency_lock.lock(desk, PROGRAM)
        return _answer({"open_until": None})

    @blueprint.errorhandler(emergency_lock.Throttled)
    def throttled(error: emergency_lock.Throttled) -> Response:
        response = _answer({"faults": [{"field": "code", "code": "throttled", "wait_s": error.wait_s}]}, 429)
        response.headers["Retry-After"] = str(error.wait_s)
        return response


def _answer(content: dict[str, object], status: int = 200) -> Response:
    response = Response(msgspec.json.encode(content), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
