"""The JSON interface: what a program may ask, and what it is told."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from controller.services import composing, receipts, results, states
from controller.web.api import api_blueprint
from protocol.names import Stage
from tests.fakes.desk import CODE, Office

TOKEN = "a-token-of-the-office"


@pytest.fixture
def client(office: Office) -> Iterator[FlaskClient]:
    app = Flask("test")
    app.register_blueprint(api_blueprint(office.desk, TOKEN))
    with app.test_client() as found:
        found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
        yield found


def say(client: FlaskClient, **body: object):
    return client.post("/api/v1/say", json={"text": "Mời bà con đi họp.", **body})


@pytest.mark.parametrize(
    "given", [None, "", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"bearer {TOKEN}", "Bearer ữ"]
)
@pytest.mark.parametrize("address", ["/api/v1/health", "/api/v1/units", "/api/v1/broadcasts/x"])
def test_without_the_token_nothing_is_told(client, given, address):
    client.environ_base.pop("HTTP_AUTHORIZATION")
    headers = {} if given is None else {"Authorization": given.encode("utf-8").decode("latin-1")}
    answer = client.get(address, headers=headers)
    assert answer.status_code == 401
    assert answer.json == {"error": "unauthorized"}


def test_health_says_whether_the_broker_is_reached(client, office):
    assert client.get("/api/v1/health").json["broker"] is True
    office.doorbell.since = None
    answer = client.get("/api/v1/health").json
    assert (answer["broker"], answer["commune"]) == (False, "vi-huong")


def test_units_are_listed_with_their_villages(client, office):
    states.accept_state(office.desk, "cum-a", office.state("cum-a"))
    answer = client.get("/api/v1/units").json
    assert [(unit["id"], unit["health"]) for unit in answer["units"]] == [("cum-a", "ok"), ("cum-b", "never")]
    assert answer["villages"][1]["units"] == ["cum-a", "cum-b"]


def test_a_text_is_said_and_followed(client, office):
    answer = say(client, to=["na-pai"])
    assert answer.status_code == 201
    assert answer.json["url"].endswith(f"/ket-qua/{answer.json['broadcast']}")
    view = client.get(f"/api/v1/broadcasts/{answer.json['broadcast']}").json
    assert (view["state"], view["class"], view["rendition"]["status"]) == ("waiting-for-voice", "routine", "pending")
    assert [target["unit"] for target in view["targets"]] == ["cum-a", "cum-b"]
    from controller.services import orders, rendering

    rendering.render_next(office.desk)
    orders.issue_due(office.desk, office.clock.now)
    said = office.receipt(1, Stage.FINISHED, view["id"], played_ms=30_000, of_ms=30_000)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", said))
    view = client.get(f"/api/v1/broadcasts/{view['id']}").json
    assert (view["targets"][0]["stage"], view["targets"][0]["played_ms"]) == ("finished", 30_000)
    assert view["rendition"]["engine"] == "fake"


def test_an_ambiguous_abbreviation_does_not_stop_a_program_and_is_told(client, office):
    answer = say(client, text="TT mời bà con họp, UBND dự.", to=["na-pai"])
    assert answer.status_code == 201
    (warning,) = answer.json["warnings"]
    assert (warning["code"], warning["source"], warning["chosen"]) == ("reading-likely", "TT", "thông tin")
    assert "thị trấn" in warning["choices"]
    assert warning["message"].startswith("“TT” được đọc là “thông tin”; cũng có thể là: ")
    assert say(client, to=["na-pai"]).json["warnings"] == []


def test_a_unit_stands_for_its_villages_and_all_for_everyone(client, office):
    for to, villages in ((["cum-b"], ("Na-Pai",)), ("all", ("Khau-Bang", "Na-Pai", "Coc-Thoc"))):
        broadcast = say(client, to=to).json["broadcast"]
        assert results.broadcast(office.desk, broadcast).villages == villages


def test_at_an_instant(client, office):
    broadcast = say(client, at="2026-03-02T17:00:00+07:00", **{"class": "priority"}).json["broadcast"]
    view = results.broadcast(office.desk, broadcast)
    assert (view.start.hour, view.class_, view.immediate) == (10, "priority", False)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"text": ""}, ["text-empty"]),
        ({"text": "a" * 20_000}, ["text-too-long"]),
        ({"to": []}, ["no-village"]),
        ({"to": ["ha-noi"]}, ["village-unknown"]),
        ({"to": ["coc-thoc"]}, ["no-unit"]),
        ({"at": "2020-01-01T00:00:00Z"}, ["time-past"]),
        ({"repeat": 9}, ["repeat-out-of-range"]),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason_and_makes_nothing(client, office, body, codes):
    answer = say(client, **body)
    assert answer.status_code == 422
    assert [fault["code"] for fault in answer.json["faults"]] == codes
    assert all(fault["message"] for fault in answer.json["faults"])
    assert composing.bulletins(office.desk) == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"to":"all"}',
        b'{"text":1}',
        b'{"text":"a","volume":3}',
        b'{"text":"a","at":"17:00"}',
        b"\xff",
        b'{"text":"a","at":"2026-03-02T17:00:00"}',
        b'{"text":"a","class":"urgent"}',
        b'{"text":"a","press":"x"}',
    ],
)
def test_what_is_not_understood_is_refused(client, body):
    answer = client.post("/api/v1/say", data=body)
    assert answer.status_code == 400
    assert answer.json["faults"][0]["code"] == "malformed"


def test_the_same_press_says_once(client):
    first = say(client, press="press-0001").json["broadcast"]
    assert say(client, press="press-0001").json["broadcast"] == first


def test_an_unknown_broadcast_is_not_found(client):
    assert client.get("/api/v1/broadcasts/x").status_code == 404


def unlock(client, code: str = CODE):
    return client.post("/api/v1/emergency/unlock", json={"code": code})


def test_a_stolen_token_alone_starts_no_emergency(client, office):
    office.unlock()  # an officer, at the page, for himself
    answer = say(client, to=["cum-a"], **{"class": "emergency"})
    assert answer.status_code == 422
    assert [fault["code"] for fault in answer.json["faults"]] == ["emergency-locked"]
    for guess in ("", "0000", "k7dq-93mh-x2wu"):
        assert unlock(client, guess).status_code == 422
    answer = unlock(client)
    assert answer.status_code == 429, "even the right code waits after three wrong ones"
    assert int(answer.headers["Retry-After"]) >= 1
    assert say(client, to=["cum-a"], **{"class": "emergency"}).status_code == 422
    assert composing.bulletins(office.desk) == ()
    assert office.doorbell.orders == []


def test_with_the_code_a_program_starts_an_emergency_for_whom_it_names(client, office):
    from controller.services import orders, rendering

    answer = unlock(client)
    assert answer.status_code == 200
    assert answer.json["open_until"].startswith("2026-03-02T05:10:00")
    everyone = say(client, **{"class": "emergency"})
    assert [fault["code"] for fault in everyone.json["faults"]] == ["emergency-targets"]
    assert composing.bulletins(office.desk) == ()
    broadcast = say(client, to=["cum-a"], **{"class": "emergency"}).json["broadcast"]
    rendering.render_next(office.desk)
    orders.issue_due(office.desk, office.clock.now)
    assert office.doorbell.last_order().act.broadcast.id == broadcast
    assert client.post("/api/v1/emergency/lock").json == {"open_until": None}
    assert say(client, to=["cum-a"], **{"class": "emergency"}).status_code == 422


@pytest.mark.parametrize("body", [b"", b"{}", b'{"code":1}', b'{"code":"x","more":1}', b"\xff"])
def test_an_unlocking_that_is_not_understood_is_refused(client, body):
    assert client.post("/api/v1/emergency/unlock", data=body).status_code == 400
