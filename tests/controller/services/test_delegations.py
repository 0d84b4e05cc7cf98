"""Whom the units believe: made once, rotated beside a running controller, never led back by an old copy."""

from datetime import timedelta

import pytest

from controller.records.plans import OrderRow, ProgrammeRow
from controller.services import cancelling, delegations, enrolment, orders, programmes, states
from controller.services.delegations import Change
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import Now
from controller.services.ports import KeyTrouble
from protocol.envelope import Refused, keyring_of, open_delegation, open_down
from protocol.keys import SigningKey, VerifyKey, encode_bytes
from protocol.messages import Caps, Order, Programme
from protocol.names import Role
from schedules.vocabulary import BroadcastClass
from tests.fakes.desk import CODE, COMMUNE, OFFICER, Office, open_desk


def in_force(office: Office):
    return office.desk.keys.in_force.delegation


def beside(office: Office) -> Office:
    """A command on the same data folder, as another process."""
    folder = office.vault.folder.parent
    return open_desk(folder, clock=office.clock)


def hear(office: Office, unit: str = "cum-a", **said: object) -> None:
    states.accept_state(office.desk, unit, office.state(unit, **said))


def test_the_first_delegation_names_both_keys_under_the_root(office):
    made = open_delegation(office.desk.keys.in_force.signed, VerifyKey(Role.ROOT, office.root.public), COMMUNE)
    assert (made.serial, made.epoch, made.caps) == (1, 1, Caps())
    assert [key.role for key in made.keys] == [Role.SCHEDULE, Role.EMERGENCY]
    assert made.keys[0].public == encode_bytes(office.desk.schedule_key.public)


def test_a_second_beginning_changes_nothing(office):
    again = beside(office)
    delegations.establish(again.desk, code="another-code-here")
    assert again.desk.keys.in_force.signed == office.desk.keys.in_force.signed


def test_without_a_delegation_there_is_nothing_to_sign_with(tmp_path, office):
    (tmp_path / "empty").mkdir()
    other = open_desk(tmp_path / "empty", established=False)
    assert other.desk.keys.serial == 0
    for ask in (lambda: other.desk.schedule_key, lambda: delegations.take_up(other.desk, office.clock.now)):
        with pytest.raises(KeyTrouble):
            ask()
    with other.desk.reading() as session:
        assert delegations.current(session, other.desk) is None


def test_the_keys_of_the_first_release_are_kept(tmp_path):
    old = (SigningKey.generate(), SigningKey.generate())
    office = open_desk(tmp_path, established=False)
    for name, key in zip(("schedule", "emergency"), old, strict=True):
        path = tmp_path / "keys" / f"{name}.key"
        path.write_text(key.secret_text() + "\n", "ascii")
        path.chmod(0o600)
    delegations.establish(office.desk, code=None, former=office.vault.former_keys())
    assert office.desk.schedule_key.id == old[0].id
    assert office.desk.keys.emergency_id == old[1].id
    assert office.vault.emergency_closed(old[1].id) is False
    office.vault.keep_emergency(old[1], CODE)
    assert office.vault.open_emergency(old[1].id, CODE).id == old[1].id
    assert not (tmp_path / "keys" / "emergency.key").exists()


def test_a_rotated_schedule_key_is_taken_up_by_the_running_controller_and_everything_is_signed_anew(office):
    programmes.roll(office.desk, office.clock.now)
    old = office.desk.schedule_key
    command = beside(office)
    made = delegations.delegate(command.desk, office.root, Change(schedule=True))
    assert (made.serial, made.epoch) == (2, 1)
    assert office.desk.schedule_key.id == old.id
    assert delegations.take_up(office.desk, office.clock.now)
    assert not delegations.take_up(office.desk, office.clock.now)
    assert set(programmes.roll(office.desk, office.clock.now)) == {"cum-a", "cum-b"}
    programme, key = open_down(
        office.doorbell.programmes[-1][1], Programme, keyring_of(made), COMMUNE, office.doorbell.programmes[-1][0]
    )
    assert key.id == office.desk.schedule_key.id != old.id
    assert programme.version == 2
    assert programmes.roll(office.desk, office.clock.now) == ()


def test_a_revoked_schedule_key_is_not_left_on_the_disk(office):
    old = office.desk.schedule_key.id
    delegations.delegate(office.desk, office.root, Change(schedule=True))
    assert office.vault.schedule(old) is None
    assert office.vault.schedule(office.desk.schedule_key.id) is not None


def test_a_rotated_emergency_key_opens_by_its_new_code_only_and_closes_the_old_one(office):
    office.unlock()
    old = office.desk.keys.emergency_id
    delegations.delegate(office.desk, office.root, Change(emergency_code="new-code-2026"))
    assert office.desk.keys.emergency(office.clock.now) is None
    assert office.desk.keys.emergency_id != old
    assert office.vault.open_emergency(office.desk.keys.emergency_id, "NEW code 2026")
    assert office.vault.emergency_closed(old) is None


def test_an_emergency_ordered_under_a_revoked_key_is_ordered_anew(office):
    broadcast = office.broadcast(Now(), class_=BroadcastClass.EMERGENCY)
    count = len(office.doorbell.orders)
    delegations.delegate(office.desk, office.root, Change(emergency_code="new-code-2026"))
    assert orders.issue_due(office.desk, office.clock.now) == 0
    from controller.services import emergency_lock

    emergency_lock.unlock(office.desk, OFFICER, code="new-code-2026")
    assert orders.issue_due(office.desk, office.clock.now) == 1
    assert len(office.doorbell.orders) == count + 1
    order, _ = open_down(office.doorbell.orders[-1][1], Order, keyring_of(in_force(office)), COMMUNE, "cum-a")
    assert order.act.broadcast.id == broadcast
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    open_down(office.doorbell.orders[-1][1], Order, keyring_of(in_force(office)), COMMUNE, "cum-a")
    with office.desk.reading() as session:
        assert {row.act for row in session.query(OrderRow)} == {"play", "cancel"}


def test_caps_are_changed_and_nothing_else(office):
    before = in_force(office)
    wanted = Caps(hours=((300, 1200),), length_s=600, volume=70)
    made = delegations.delegate(office.desk, office.root, Change(caps=wanted))
    assert (made.caps, made.keys, made.epoch, made.serial) == (wanted, before.keys, 1, 2)
    assert in_force(office).caps == wanted


@pytest.mark.parametrize(
    "caps",
    [
        Caps(hours=()),
        Caps(hours=((1320, 300),)),
        Caps(hours=((0, 1441),)),
        Caps(volume=101),
        Caps(length_s=0),
        Caps(utc_offset_min=900),
    ],
)
def test_caps_that_make_no_sense_are_refused(office, caps):
    with pytest.raises(Invalid) as error:
        delegations.delegate(office.desk, office.root, Change(caps=caps))
    assert error.value.faults[0].code is FaultCode.CAPS_INVALID
    assert in_force(office).serial == 1


def test_only_the_communes_own_root_key_delegates(office):
    with pytest.raises(Invalid) as error:
        delegations.delegate(office.desk, SigningKey.generate(), Change(schedule=True))
    assert error.value.faults[0].code is FaultCode.ROOT_WRONG
    assert in_force(office).serial == 1


def test_it_is_published_until_every_unit_that_is_there_holds_it(office):
    delegations.publish(office.desk, office.clock.now)
    hear(office, "cum-a", delegation=None)
    hear(office, "cum-b", delegation=1)
    assert not delegations.resend(office.desk, office.clock.now)
    office.clock.move(seconds=16)
    assert delegations.resend(office.desk, office.clock.now)
    assert office.doorbell.delegations == [office.desk.keys.in_force.signed] * 2
    office.clock.move(seconds=16)
    assert not delegations.resend(office.desk, office.clock.now), "nobody has spoken since"
    hear(office, "cum-a", delegation=1)
    assert not delegations.resend(office.desk, office.clock.now)


def test_it_is_not_sent_again_for_a_unit_that_is_away_or_revoked(office):
    delegations.publish(office.desk, office.clock.now)
    hear(office, "cum-a", delegation=None)
    states.accept_availability(office.desk, "cum-a", b"offline")
    assert not delegations.resend(office.desk, office.clock.move(seconds=16))
    hear(office, "cum-a", delegation=None)
    assert delegations.resend(office.desk, office.clock.now)
    hear(office, "cum-a", delegation=None)
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    assert not delegations.resend(office.desk, office.clock.move(seconds=16))


def test_a_unit_that_holds_a_newer_one_stops_every_change_but_a_recovery(office):
    hear(office, "cum-b", delegation=7, epoch=3)
    with office.desk.reading() as session:
        assert delegations.ahead(session, office.desk) == {"cum-b": 7}
    with pytest.raises(Invalid) as error:
        delegations.delegate(office.desk, office.root, Change(schedule=True))
    assert [(fault.code, fault.values["unit"]) for fault in error.value.faults] == [(FaultCode.KEYS_SET_BACK, "cum-b")]
    made = delegations.delegate(office.desk, office.root, Change(schedule=True, new_epoch=True))
    assert (made.serial, made.epoch) == (8, 4)


def test_a_lying_unit_cannot_use_up_the_numbers(office):
    hear(office, "cum-b", delegation=2**53 - 1, epoch=2**53 - 1)
    made = delegations.delegate(office.desk, office.root, Change(new_epoch=True))
    assert (made.serial, made.epoch) == (2, 2)


def test_a_database_from_before_the_rotation_does_not_lead_back_to_the_revoked_key(office):
    folder = office.vault.folder.parent
    with office.desk.sessions.kw["bind"].connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{folder / 'copy.db'}'")
    delegations.delegate(office.desk, office.root, Change(schedule=True))
    expected = office.desk.keys.in_force
    office.desk.sessions.kw["bind"].dispose()
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "copy.db").rename(folder / "desk.db")
    restored = beside(office)
    assert restored.desk.keys.in_force == expected
    with restored.desk.reading() as session:
        assert delegations.epoch(session, restored.desk) == 1
    made = delegations.delegate(restored.desk, office.root, Change(schedule=True))
    assert made.serial == 3


def test_a_key_folder_from_before_the_rotation_stops_the_start_with_words(office, tmp_path):
    delegations.delegate(office.desk, office.root, Change(schedule=True))
    office.vault.keep_only([])
    with pytest.raises(KeyTrouble, match="delegation 2"):
        beside(office)


def test_a_damaged_copy_of_the_delegation_is_mended_from_the_database(office):
    office.vault.keep_delegation(b"garbage")
    assert beside(office).desk.keys.serial == 1
    assert office.vault.delegation() == office.desk.keys.in_force.signed


def test_a_strangers_delegation_in_the_database_is_not_followed(office, tmp_path):
    (tmp_path / "stranger").mkdir()
    stranger = open_desk(tmp_path / "stranger")
    office.vault.pin_root(VerifyKey(Role.ROOT, stranger.root.public))
    with pytest.raises(KeyTrouble, match="root key"):
        delegations.take_up(office.desk, office.clock.now)


def test_a_recovery_ends_what_the_units_hold(office):
    programmes.roll(office.desk, office.clock.now)
    old = office.doorbell.programmes[-1]
    made = delegations.delegate(office.desk, office.root, Change(schedule=True, new_epoch=True))
    with pytest.raises(Refused):
        open_down(old[1], Programme, keyring_of(made), COMMUNE, old[0])
    programmes.roll(office.desk, office.clock.now)
    assert {office.doorbell.last_programme(unit).epoch for unit in ("cum-a", "cum-b")} == {2}
    with office.desk.reading() as session:
        assert all(row.digest for row in session.query(ProgrammeRow))


def test_the_way_back_is_open_even_when_the_schedule_key_was_lost(office):
    office.vault.keep_only([office.desk.keys.emergency_id])
    command = open_desk(office.vault.folder.parent, clock=office.clock, established=False)
    made = delegations.delegate(command.desk, office.root, Change(schedule=True, new_epoch=True))
    assert made.serial == 2
    assert delegations.take_up(office.desk, office.clock.now + timedelta(seconds=1))
    assert office.desk.schedule_key.id == command.desk.schedule_key.id
