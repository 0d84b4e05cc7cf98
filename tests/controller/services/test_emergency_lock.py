"""The second factor: without the code no emergency begins, and without it every emergency can be stopped."""

from datetime import datetime, timedelta

import pytest

from controller.services import (
    cancelling,
    composing,
    emergency_lock,
    orders,
    programmes,
    receipts,
    rendering,
    results,
    trust_watch,
)
from controller.services.alarms import alarms
from controller.services.attempts import Throttled
from controller.services.delegations import Change, delegate
from controller.services.emergency_code import LETTERS, code_faults, folded, new_code
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import At, NewPlan, Now, plan
from controller.services.views import User
from protocol.envelope import Refused, keyring_of, open_down
from protocol.keys import Keyring
from protocol.messages import Cancel, Order, Play, Stop
from protocol.names import Role, Stage
from schedules.vocabulary import BroadcastClass
from tests.fakes.desk import CODE, COMMUNE, OFFICER, Office

OTHER = User(id="user-2", name="khac", shown_name="Người khác", epoch=0)
EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time


def emergency(
    office: Office, user: User = OFFICER, when=None, villages=("khau-bang",), bulletin: str | None = None
) -> str:
    new = NewPlan(
        bulletin=bulletin or office.bulletin(),
        villages=villages,
        when=when or Now(),
        class_=BroadcastClass.EMERGENCY,
    )
    return plan(office.desk, user, new).broadcast


def codes(error) -> list[str]:
    return [fault.code for fault in error.value.faults]


def seen(office: Office, since: int = 0) -> list[tuple[tuple[str, ...], Order, Role]]:
    """What was rung since, as units read it: to whom, what, and whose key signed it."""
    keys = keyring_of(office.desk.keys.in_force.delegation)
    found = []
    for targets, data in office.doorbell.orders[since:]:
        order, key = open_down(data, Order, keys, COMMUNE, targets[0])
        found.append((targets, order, key.role))
    return found


def test_locked_no_emergency_is_planned_and_nothing_is_made(office):
    with pytest.raises(Invalid) as error:
        emergency(office)
    assert codes(error) == [FaultCode.EMERGENCY_LOCKED]
    assert office.doorbell.orders == []
    assert (
        results.sittings(office.desk, since=office.clock.now - timedelta(1), until=office.clock.now + timedelta(1))
        == ()
    )


def test_the_code_opens_it_for_ten_minutes_for_who_typed_it(office):
    until = emergency_lock.unlock(office.desk, OFFICER, code=" K7DQ 93mh-X2wt ")
    assert until == office.clock.now + timedelta(minutes=10)
    assert emergency_lock.state(office.desk, OFFICER, office.clock.now).open_until == until
    assert emergency_lock.state(office.desk, OTHER, office.clock.now).open_until is None
    with pytest.raises(Invalid) as error:
        emergency(office, OTHER)
    assert codes(error) == [FaultCode.EMERGENCY_LOCKED]
    assert emergency(office)
    office.clock.move(minutes=10)
    with pytest.raises(Invalid) as error:
        emergency(office)
    assert codes(error) == [FaultCode.EMERGENCY_LOCKED]
    assert office.desk.keys.emergency(office.clock.now) is None


def test_a_clock_that_was_set_back_does_not_keep_it_open(office):
    office.unlock()
    office.clock.move(minutes=-30)
    assert office.desk.keys.emergency(office.clock.now) is None


def test_it_can_be_locked_at_once(office):
    office.unlock()
    emergency_lock.lock(office.desk, OFFICER)
    assert emergency_lock.state(office.desk, OFFICER, office.clock.now).open_until is None
    with pytest.raises(Invalid):
        emergency(office)


def test_a_wrong_code_opens_nothing_and_makes_guessing_slow(office):
    for _ in range(3):
        with pytest.raises(Invalid) as error:
            emergency_lock.unlock(office.desk, OFFICER, code="wrong-wrong")
        assert codes(error) == [FaultCode.CODE_WRONG]
    with pytest.raises(Throttled) as throttled:
        emergency_lock.unlock(office.desk, OFFICER, code=CODE)
    assert throttled.value.wait_s >= 1
    emergency_lock.unlock(office.desk, OTHER, code=CODE)
    office.clock.move(seconds=throttled.value.wait_s)
    emergency_lock.unlock(office.desk, OFFICER, code=CODE)
    for _ in range(2):
        with pytest.raises(Invalid):
            emergency_lock.unlock(office.desk, OFFICER, code="")


def test_a_restart_closes_it(office):
    from tests.fakes.desk import open_desk

    office.unlock()
    again = open_desk(office.vault.folder.parent, clock=office.clock)
    assert again.desk.keys.emergency(office.clock.now) is None


def test_without_a_key_that_a_code_closes_there_is_nothing_to_open(office):
    office.vault.keep_only([office.desk.schedule_key.id])
    assert not emergency_lock.state(office.desk, OFFICER, office.clock.now).usable
    with pytest.raises(Invalid) as error:
        office.unlock()
    assert codes(error) == [FaultCode.EMERGENCY_UNUSABLE]


def test_a_damaged_key_file_is_told_and_not_a_crash(office):
    (path,) = office.vault.folder.glob("emergency-*.key")
    head, label, box, _ = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join((head, label, box[:-4], b"")))
    with pytest.raises(Invalid) as error:
        office.unlock()
    assert codes(error) == [FaultCode.EMERGENCY_UNUSABLE]


def test_with_the_emergency_its_cancellations_are_signed_and_held_back(office):
    office.unlock()
    broadcast = emergency(office, villages=("na-pai",))
    ((targets, order, role),) = seen(office)
    assert (targets, role, type(order.act)) == (("cum-a", "cum-b"), Role.EMERGENCY, Play)
    assert orders.resend(office.desk, office.clock.now, at_once=True) == 1
    assert orders.resend(office.desk, office.clock.move(seconds=16)) == 1
    assert all(isinstance(one.act, Play) for _, one, _ in seen(office))
    emergency_lock.lock(office.desk, OFFICER)
    count = len(office.doorbell.orders)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    rung = seen(office, count)
    assert [(targets, role) for targets, _, role in rung] == [
        (("cum-a",), Role.EMERGENCY),
        (("cum-b",), Role.EMERGENCY),
    ]
    assert all(one.act == Cancel(broadcasts=(broadcast,)) for _, one, _ in rung)
    last_sound = order.act.broadcast.not_after + timedelta(milliseconds=order.act.broadcast.duration_ms)
    assert all(one.not_after >= last_sound and one.not_before < office.clock.now for _, one, _ in rung)


def test_a_cancellation_that_was_used_is_sent_until_it_is_answered(office):
    office.unlock()
    broadcast = emergency(office)
    play = seen(office)[0][1]
    emergency_lock.lock(office.desk, OFFICER)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    cancel = seen(office)[-1][1]
    answers = [office.receipt(1, Stage.APPLIED, order=play.id)]
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", *answers))
    assert orders.resend(office.desk, office.clock.move(seconds=16)) == 1
    assert seen(office)[-1][1].id == cancel.id
    answers.append(office.receipt(2, Stage.APPLIED, order=cancel.id))
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", *answers))
    assert orders.resend(office.desk, office.clock.move(seconds=16)) == 0


def test_stop_everything_needs_no_code(office):
    office.unlock()
    broadcast = emergency(office, villages=("na-pai",))
    emergency_lock.lock(office.desk, OFFICER)
    count = len(office.doorbell.orders)
    cancelling.stop_now(office.desk, OFFICER)
    (_, stop, role), *cancels = seen(office, count)
    assert (type(stop.act), stop.class_, role) == (Stop, BroadcastClass.PRIORITY, Role.SCHEDULE)
    assert [(targets, one.act.broadcasts, role) for targets, one, role in cancels] == [
        (("cum-a",), (broadcast,), Role.EMERGENCY),
        (("cum-b",), (broadcast,), Role.EMERGENCY),
    ]
    assert results.broadcast(office.desk, broadcast).state == "cancelled"
    cancelling.stop_now(office.desk, OFFICER)
    assert isinstance(seen(office)[-1][1].act, Stop)


def test_stopping_one_unit_takes_the_emergency_back_there_only(office):
    office.unlock()
    broadcast = emergency(office, villages=("na-pai",))
    count = len(office.doorbell.orders)
    cancelling.stop_now(office.desk, OFFICER, units=["cum-b"])
    assert [targets for targets, *_ in seen(office, count)] == [("cum-b",), ("cum-b",)]
    assert results.broadcast(office.desk, broadcast).cancelled_at is None
    cancelling.stop_now(office.desk, OFFICER)
    cancel = seen(office)[-1]
    assert (cancel[0], cancel[1].act) == (("cum-a",), Cancel(broadcasts=(broadcast,)))


def test_stopping_leaves_an_emergency_that_is_planned_for_later(office):
    office.unlock()
    broadcast = emergency(office, when=At(EVENING))
    count = len(office.doorbell.orders)
    cancelling.stop_now(office.desk, OFFICER)
    assert len(office.doorbell.orders) == count + 1
    assert results.broadcast(office.desk, broadcast).cancelled_at is None


def test_the_held_back_cancellation_is_worth_nothing_for_anything_else(office):
    """Who reads the database can silence this emergency, and do nothing else."""
    office.unlock()
    emergency(office)
    emergency_lock.lock(office.desk, OFFICER)
    cancelling.stop_now(office.desk, OFFICER)
    _, order, _ = seen(office)[-1]
    assert isinstance(order.act, Cancel)
    schedule_only = Keyring([office.desk.keys.in_force.key(Role.SCHEDULE)])
    with pytest.raises(Refused):
        open_down(office.doorbell.orders[-1][1], Order, schedule_only, COMMUNE, "cum-a")


def test_an_emergency_whose_voice_is_ready_after_the_lock_closed_waits_and_says_so(office):
    office.unlock()
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="Lũ về, bà con lên cao!"))
    broadcast = emergency(office, bulletin=bulletin)
    office.clock.move(minutes=11)
    assert rendering.render_next(office.desk)
    assert orders.issue_due(office.desk, office.clock.now) == 0
    assert results.broadcast(office.desk, broadcast).state == "waiting-for-unlock"
    assert trust_watch.watch(office.desk, office.clock.now)
    assert not trust_watch.watch(office.desk, office.clock.now)
    (alarm,) = alarms(office.desk)
    assert (alarm.kind, alarm.broadcast, alarm.standing) == ("emergency-waits", broadcast, True)
    office.kicks.clear()
    office.unlock()
    assert "roll" in office.kicks
    assert orders.issue_due(office.desk, office.clock.now) == 1
    assert office.doorbell.last_order().act.broadcast.id == broadcast
    assert results.broadcast(office.desk, broadcast).state == "planned"
    assert trust_watch.watch(office.desk, office.clock.now)
    assert alarms(office.desk)[0].cleared_at is not None


def test_who_plans_an_emergency_in_the_last_minute_has_time_for_its_voice(office):
    office.unlock()
    office.clock.move(minutes=9, seconds=50)
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="Lũ về!"))
    emergency(office, bulletin=bulletin)
    office.clock.move(seconds=30)
    rendering.render_next(office.desk)
    assert orders.issue_due(office.desk, office.clock.now) == 1
    for _ in range(9):
        if emergency_lock.refusal(office.desk, OFFICER, office.clock.now) is None:
            emergency(office)
        office.clock.move(minutes=2)
    assert office.desk.keys.emergency(office.clock.now) is None, "never longer than twenty minutes"


def test_an_emergency_that_was_never_ordered_is_cancelled_without_a_code(office):
    office.unlock()
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="Lũ về!"))
    broadcast = emergency(office, bulletin=bulletin)
    emergency_lock.lock(office.desk, OFFICER)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    assert office.doorbell.orders == []
    rendering.render_next(office.desk)
    office.unlock()
    assert orders.issue_due(office.desk, office.clock.now) == 0


def test_routine_orders_are_not_held_up_by_the_lock(office):
    office.plan(Now())
    assert seen(office)[0][2] is Role.SCHEDULE


def test_no_emergency_stands_in_a_programme(office):
    office.unlock()
    emergency(office)
    programmes.roll(office.desk, office.clock.now)
    assert office.doorbell.last_programme("cum-a").broadcasts == ()


def test_a_code_that_was_opened_under_the_old_key_does_not_open_the_new_one(office):
    office.unlock()
    delegate(office.desk, office.root, Change(emergency_code="another-code-1"))
    with pytest.raises(Invalid) as error:
        emergency(office)
    assert codes(error) == [FaultCode.EMERGENCY_LOCKED]
    with pytest.raises(Invalid) as error:
        office.unlock()
    assert codes(error) == [FaultCode.CODE_WRONG]


def test_a_made_up_code_can_be_read_aloud():
    made = {new_code() for _ in range(50)}
    assert len(made) == 50
    assert all(len(folded(code)) == 12 and set(folded(code)) <= set(LETTERS) for code in made)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("k7dq-93mh", [FaultCode.CODE_SHORT]),
        ("a b c d e f g h i", [FaultCode.CODE_SHORT]),
        ("x" * 201, [FaultCode.CODE_LONG]),
        (CODE, []),
    ],
)
def test_a_chosen_code_is_long_enough(code, expected):
    assert [fault.code for fault in code_faults(code)] == expected


def test_a_code_is_compared_as_people_write_it():
    assert folded("Mã Khẩn Cấp-2026") == folded("MÃ khẩn\u00a0cấp 2026") == "mãkhẩncấp2026"
