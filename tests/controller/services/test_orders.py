"""Immediate acts: signed by the right key, sent until answered, never after their window."""

from datetime import datetime, timedelta

import pytest

from controller.services import cancelling, orders, programmes, receipts, rendering, results
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import At, Now
from protocol.envelope import Refused, open_down
from protocol.keys import Keyring
from protocol.messages import Cancel, Order, Play, Stop
from protocol.names import Role, Stage
from schedules.vocabulary import BroadcastClass
from tests.fakes.desk import COMMUNE, NOON, OFFICER, Office

EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time


def opened(office: Office, role: Role) -> Order:
    """The last order as a unit sees it that trusts one key only."""
    return read(office, office.doorbell.orders[-1][1], role)


def read(office: Office, data: bytes, role: Role) -> Order:
    return open_down(data, Order, Keyring([office.desk.keys.in_force.key(role)]), COMMUNE, "cum-a")[0]


def test_an_immediate_broadcast_is_an_order_and_stands_in_the_programme(office):
    broadcast = office.broadcast(Now())
    order = opened(office, Role.SCHEDULE)
    assert isinstance(order.act, Play)
    assert order.act.broadcast.id == broadcast
    assert order.act.inline == {}
    assert order.not_before < office.clock.now < order.not_after
    programmes.roll(office.desk, office.clock.now)
    assert [one.id for one in office.doorbell.last_programme("cum-a").broadcasts] == [broadcast]


def test_an_emergency_is_signed_by_the_emergency_key_alone_with_its_clip_inside(office):
    office.plan(Now(), class_=BroadcastClass.EMERGENCY)
    order = opened(office, Role.EMERGENCY)
    (item,) = order.act.broadcast.items
    assert len(order.act.inline[item.clip]) == item.size
    with pytest.raises(Refused):
        opened(office, Role.SCHEDULE)


def test_a_long_emergency_clip_travels_by_its_hash(office):
    office.studio.size = 300_000
    office.plan(Now(), class_=BroadcastClass.EMERGENCY)
    assert opened(office, Role.EMERGENCY).act.inline == {}


def test_a_planned_emergency_is_ordered_ahead(office):
    office.plan(At(EVENING), class_=BroadcastClass.EMERGENCY)
    assert opened(office, Role.EMERGENCY).act.broadcast.start == NOON + timedelta(hours=5)


def test_an_order_is_issued_once(office):
    office.plan(Now())
    assert orders.issue_due(office.desk, office.clock.now) == 0
    assert len(office.doorbell.orders) == 1


def test_a_broadcast_that_waited_for_its_voice_is_ordered_when_it_is_ready(office):
    from controller.services import composing

    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="gấp"))
    office.plan(Now(), bulletin=bulletin)
    office.clock.move(minutes=5)
    rendering.render_next(office.desk)
    assert orders.issue_due(office.desk, office.clock.now) == 1
    assert office.doorbell.last_order().act.broadcast.start == office.clock.now


def test_it_is_sent_again_to_who_has_not_answered_until_its_window_closes(office):
    office.plan(Now(), villages=("na-pai",))
    order = office.doorbell.last_order()
    assert order.targets == ("cum-a", "cum-b")
    assert orders.resend(office.desk, office.clock.move(seconds=14)) == 0
    assert orders.resend(office.desk, office.clock.move(seconds=2)) == 1
    answer = office.receipt(1, Stage.APPLIED, order=order.id)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", answer))
    assert orders.resend(office.desk, office.clock.move(seconds=16)) == 1
    assert office.doorbell.orders[-1][0] == ("cum-b",)
    receipts.accept_receipts(
        office.desk, "cum-b", office.receipts("cum-b", office.receipt(1, Stage.REFUSED, order=order.id, reason="caps"))
    )
    assert orders.resend(office.desk, office.clock.move(seconds=16)) == 0


def test_after_its_window_it_is_never_sent_again(office):
    office.plan(Now())
    assert orders.resend(office.desk, office.clock.move(minutes=11)) == 0


def test_after_a_reconnection_it_is_sent_again_at_once(office):
    office.doorbell.since = None
    office.plan(Now())
    office.doorbell.since = office.clock.now
    assert orders.resend(office.desk, office.clock.now, at_once=True) == 1
    assert len(office.doorbell.orders) == 1


def test_another_units_answer_does_not_count(office):
    office.plan(Now())
    order = office.doorbell.last_order()
    answer = office.receipt(1, Stage.APPLIED, order=order.id)
    receipts.accept_receipts(office.desk, "cum-b", office.receipts("cum-b", answer))
    assert orders.resend(office.desk, office.clock.move(seconds=16)) == 1


def test_cancelling_orders_the_units_to_be_silent(office):
    broadcast = office.broadcast(Now())
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    order = opened(office, Role.SCHEDULE)
    assert isinstance(order.act, Cancel)
    assert order.act.broadcasts == (broadcast,)
    assert order.not_after >= office.clock.now + timedelta(minutes=10)
    assert results.broadcast(office.desk, broadcast).state == "cancelled"
    count = len(office.doorbell.orders)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    assert len(office.doorbell.orders) == count


def test_an_emergency_is_cancelled_under_its_own_key(office):
    broadcast = office.broadcast(Now(), class_=BroadcastClass.EMERGENCY)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    assert isinstance(opened(office, Role.EMERGENCY).act, Cancel)


def test_a_cancelled_broadcast_that_waited_for_its_voice_never_starts(office):
    from controller.services import composing

    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="gấp"))
    broadcast = office.broadcast(Now(), bulletin=bulletin)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    rendering.render_next(office.desk)
    assert orders.issue_due(office.desk, office.clock.now) == 0


def test_what_is_over_cannot_be_cancelled_and_what_is_unknown_is_told(office):
    broadcast = office.broadcast(Now())
    office.clock.move(minutes=11)
    for wanted, code in ((broadcast, FaultCode.BROADCAST_OVER), ("x", FaultCode.BROADCAST_UNKNOWN)):
        with pytest.raises(Invalid) as error:
            cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=wanted)
        assert error.value.faults[0].code == code
    with pytest.raises(Invalid) as error:
        cancelling.end_schedule(office.desk, OFFICER, schedule="x")
    assert error.value.faults[0].code == FaultCode.SCHEDULE_UNKNOWN


def test_stop_silences_everything_for_two_minutes_only(office):
    cancelling.stop_now(office.desk, OFFICER)
    order = opened(office, Role.SCHEDULE)
    assert isinstance(order.act, Stop)
    assert order.class_ is BroadcastClass.PRIORITY
    assert order.targets == ("cum-a", "cum-b")
    assert order.not_after - order.issued_at == timedelta(minutes=2)


def test_stop_at_chosen_units(office):
    cancelling.stop_now(office.desk, OFFICER, units=["cum-b"])
    assert office.doorbell.last_order().targets == ("cum-b",)
    with pytest.raises(Invalid) as error:
        cancelling.stop_now(office.desk, OFFICER, units=["cum-b", "cum-x"])
    assert [(fault.code, fault.values["unit"]) for fault in error.value.faults] == [(FaultCode.UNIT_UNKNOWN, "cum-x")]


def test_stopping_nobody_is_harmless(office):
    cancelling.stop_now(office.desk, OFFICER, units=[])
    assert office.doorbell.orders == []
