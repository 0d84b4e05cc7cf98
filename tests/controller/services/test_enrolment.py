"""Communes, villages and units come to be known, and nobody can slip in."""

import pytest

from controller.services import enrolment, planning, receipts, results, states, unit_files, unit_list, watching
from controller.services.alarms import alarms
from controller.services.enrolment import NewUnit
from controller.services.faults import FaultCode, Invalid
from protocol.envelope import Refused
from protocol.keys import SigningKey, encode_bytes
from protocol.names import Refusal, Stage
from tests.fakes.desk import COMMUNE


def key() -> str:
    return encode_bytes(SigningKey.generate().public)


def unit(**more: object) -> NewUnit:
    return NewUnit(**{"id": "cum-c", "name": "Cụm C", "public_key": key(), "villages": ("coc-thoc",), **more})


def test_an_enrolled_unit_serves_its_villages_and_has_an_account_at_the_broker(office):
    enrolled = enrolment.enrol_unit(office.desk, office.accounts, unit())
    assert len(enrolled.password) >= 16
    assert office.accounts.written["cum-c"] == f"hashed {enrolled.password}"
    assert set(office.accounts.written) == {"cum-a", "cum-b", "cum-c"}
    (village,) = [found for found in unit_list.villages(office.desk) if found.id == "coc-thoc"]
    assert village.units == ("cum-c",)
    assert "roll" in office.kicks


def test_enrolling_anew_replaces_key_villages_and_password(office):
    enrolment.enrol_unit(office.desk, office.accounts, unit())
    before = office.accounts.written["cum-c"]
    enrolment.enrol_unit(office.desk, office.accounts, unit(villages=("na-pai",), name="Tên khác"))
    assert office.accounts.written["cum-c"] != before
    assert unit_list.unit(office.desk, "cum-c").villages == ("Na-Pai",)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"id": "Cụm"}, FaultCode.ID_INVALID),
        ({"id": "a/b"}, FaultCode.ID_INVALID),
        ({"id": "#"}, FaultCode.ID_INVALID),
        ({"public_key": "không phải khóa"}, FaultCode.KEY_INVALID),
        ({"public_key": "AAAA"}, FaultCode.KEY_INVALID),
        ({"villages": ("ha-noi",)}, FaultCode.VILLAGE_UNKNOWN),
    ],
)
def test_a_bad_unit_is_not_enrolled(office, form, code):
    with pytest.raises(Invalid) as error:
        enrolment.enrol_unit(office.desk, office.accounts, unit(**form))
    assert [fault.code for fault in error.value.faults] == [code]
    assert unit_list.unit(office.desk, "cum-c") is None


def test_one_key_is_one_unit(office):
    taken = encode_bytes(office.keys["cum-a"].public)
    with pytest.raises(Invalid) as error:
        enrolment.enrol_unit(office.desk, office.accounts, unit(public_key=taken))
    assert [(fault.code, fault.values["unit"]) for fault in error.value.faults] == [(FaultCode.KEY_TAKEN, "cum-a")]


def test_the_communes_id_must_be_one(office):
    with pytest.raises(Invalid):
        enrolment.create_commune(office.desk.sessions, commune="Vị Hương", name="x", zone="Asia/Ho_Chi_Minh")


def test_a_commune_made_twice_is_renamed(office):
    enrolment.create_commune(office.desk.sessions, commune=COMMUNE, name="Xã mới", zone="Asia/Ho_Chi_Minh")
    assert enrolment.the_commune(office.desk.sessions).name == "Xã mới"


def test_villages_keep_the_order_in_which_they_were_added(office):
    enrolment.add_village(office.desk, village="an-binh", name="An Bình")
    enrolment.add_village(office.desk, village="khau-bang", name="Khau Bang", households=74)
    assert [found.id for found in unit_list.villages(office.desk)] == ["khau-bang", "na-pai", "coc-thoc", "an-binh"]
    assert unit_list.villages(office.desk)[0].households == 74
    with pytest.raises(Invalid):
        enrolment.add_village(office.desk, village="An Bình", name="An Bình")


@pytest.mark.parametrize(
    ("unit_id", "volume", "code"),
    [
        ("cum-a", 101, FaultCode.VOLUME_OUT_OF_RANGE),
        ("cum-a", -1, FaultCode.VOLUME_OUT_OF_RANGE),
        ("cum-x", 50, FaultCode.UNIT_UNKNOWN),
    ],
)
def test_a_bad_volume_is_refused(office, unit_id, volume, code):
    with pytest.raises(Invalid) as error:
        enrolment.set_volume(office.desk, unit=unit_id, volume=volume)
    assert error.value.faults[0].code == code


def test_the_units_file_is_toml_and_names_everything_that_the_unit_must_trust(office):
    import tomllib

    enrolled = enrolment.enrol_unit(office.desk, office.accounts, unit())
    text = unit_files.unit_file(
        office.desk,
        enrolled,
        clips="https://xa/clips/",
        broker=unit_files.BrokerPlace(host="10.0.0.1", port=1883),
        data="/var/lib/loalang-edge",
    )
    assert tomllib.loads(text) == {
        "commune": COMMUNE,
        "unit": "cum-c",
        "data": "/var/lib/loalang-edge",
        "keys": {
            "root": encode_bytes(office.root.public),
            "delegation": office.desk.keys.in_force.signed.decode("utf-8"),
        },
        "controller": {"clips": "https://xa/clips/"},
        "mqtt": {
            "host": "10.0.0.1",
            "port": 1883,
            "user": "vi-huong.cum-c",
            "password": enrolled.password,
        },
    }


def test_the_units_file_says_how_to_reach_a_broker_by_tls(office):
    import tomllib

    enrolled = enrolment.enrol_unit(office.desk, office.accounts, unit())
    pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    for ca_pem, expected in ((pem, {"tls": True, "ca_pem": pem}), (None, {"tls": True})):
        place = unit_files.BrokerPlace(host="xa.vn", port=8883, tls=unit_files.BrokerTls(ca_pem))
        text = unit_files.unit_file(office.desk, enrolled, clips="https://xa/clips/", broker=place, data="/x")
        mqtt = tomllib.loads(text)["mqtt"]
        assert {key: mqtt[key] for key in mqtt if key in ("tls", "ca_pem")} == expected


def test_the_unit_believes_the_delegation_in_its_file_by_its_root_key(office):
    import tomllib

    from protocol.envelope import open_delegation
    from protocol.keys import VerifyKey, decode_bytes
    from protocol.names import Role

    enrolled = enrolment.enrol_unit(office.desk, office.accounts, unit())
    place = unit_files.BrokerPlace(host="xa", port=1883)
    keys = tomllib.loads(unit_files.unit_file(office.desk, enrolled, clips="http://x/", broker=place, data="/x"))[
        "keys"
    ]
    root = VerifyKey(Role.ROOT, decode_bytes(keys["root"], 32))
    believed = open_delegation(keys["delegation"].encode(), root, COMMUNE)
    assert [key.role for key in believed.keys] == [Role.SCHEDULE, Role.EMERGENCY]


def test_a_revoked_unit_is_believed_no_more_and_its_account_is_closed(office):
    states.accept_state(office.desk, "cum-a", office.state("cum-a"))
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    assert set(office.accounts.written) == {"cum-b"}
    card = unit_list.unit(office.desk, "cum-a")
    assert (card.health, card.villages, card.playing) == ("revoked", (), None)
    for take, data in (
        (states.accept_state, office.state("cum-a")),
        (receipts.accept_receipts, office.receipts("cum-a", office.receipt(1, Stage.FINISHED))),
    ):
        with pytest.raises(Refused) as error:
            take(office.desk, "cum-a", data)
        assert error.value.reason is Refusal.UNKNOWN_KEY
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    with pytest.raises(Invalid):
        enrolment.revoke_unit(office.desk, office.accounts, unit="cum-x")


def test_nobody_is_alarmed_about_a_revoked_unit(office):
    states.accept_state(office.desk, "cum-a", office.state("cum-a", sound_ok=False))
    watching.watch(office.desk, office.clock.now)
    assert [(alarm.kind, alarm.cleared_at) for alarm in alarms(office.desk)] == [("sound-failed", None)]
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    assert all(alarm.cleared_at for alarm in alarms(office.desk))
    watching.watch(office.desk, office.clock.move(minutes=5))
    assert all(alarm.cleared_at for alarm in alarms(office.desk) if alarm.unit == "cum-a")


def test_what_a_revoked_unit_should_have_played_is_shown_as_unknown(office):
    broadcast = office.broadcast(planning.Now())
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    said = office.receipt(1, Stage.FINISHED, broadcast, played_ms=30_000, of_ms=30_000)
    with pytest.raises(Refused):
        receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", said))
    office.clock.move(minutes=30)
    view = results.broadcast(office.desk, broadcast)
    assert (view.state, [target.outcome for target in view.targets]) == ("unknown", ["unknown"])


def test_nobody_plans_for_a_revoked_unit_until_it_is_enrolled_anew(office):
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    with pytest.raises(Invalid) as error:
        office.plan(planning.Now())
    assert [fault.code for fault in error.value.faults] == [FaultCode.NO_UNIT]
    office.keys["cum-a"] = SigningKey.generate()
    anew = unit(id="cum-a", public_key=encode_bytes(office.keys["cum-a"].public), villages=("khau-bang",))
    enrolment.enrol_unit(office.desk, office.accounts, anew)
    assert office.broadcast(planning.Now())
    assert states.accept_state(office.desk, "cum-a", office.state("cum-a")) is None
