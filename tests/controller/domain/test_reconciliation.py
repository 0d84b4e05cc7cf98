"""When something is published again, and to whom; and when a unit is found to know more than the desk."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.reconciliation import Standing, may_sign, order_due, programme_due, unanswered
from controller.domain.setback import Planned, SetBack, Standpoint, difference, set_back
from protocol.messages import Item, PlannedBroadcast, Programme
from schedules.vocabulary import BroadcastClass, Status

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=15)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def standing(**facts: object) -> Standing:
    return Standing(
        **{
            "version": 4,
            "published_at": ago(15),
            "held_version": 3,
            "reported_at": ago(1),
            "online": True,
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, True),
        ({"held_version": None}, True),
        ({"held_version": 4}, False),
        ({"published_at": ago(14)}, False),
        ({"published_at": None}, True),
        ({"reported_at": ago(16)}, False),
        ({"reported_at": None}, False),
        ({"online": False}, False),
        ({"held_version": 7, "set_back": True}, True),
        ({"held_version": 7, "set_back": True, "evidence": True}, False),
    ],
)
def test_a_programme_is_published_again_when_the_unit_answered_and_holds_another(facts, expected):
    assert programme_due(standing(**facts), NOW, PATIENCE) is expected


@given(
    st.integers(1, 5),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(-60, 60),
    st.none() | st.integers(-60, 60),
    st.booleans(),
)
def test_nothing_is_published_to_who_holds_it(version, held, published, reported, online):
    one = standing(
        version=version,
        held_version=held,
        published_at=None if published is None else ago(published),
        reported_at=None if reported is None else ago(reported),
        online=online,
    )
    if programme_due(one, NOW, PATIENCE):
        assert held != version
        assert online


@pytest.mark.parametrize(
    ("reported_at", "ahead", "expected"),
    [
        (None, False, True),
        (NOW, False, True),
        (ago(-1), False, True),
        (ago(1), False, False),
        (ago(-1), True, False),
        (None, True, False),
    ],
)
def test_nothing_new_is_signed_for_a_unit_that_was_not_heard_since_the_start_or_is_ahead(reported_at, ahead, expected):
    assert may_sign(reported_at, NOW, set_back=ahead) is expected


def test_an_order_is_sent_again_to_who_has_not_answered_while_its_window_is_open():
    assert unanswered(["a", "b", "c"], ["b"]) == ("a", "c")
    assert order_due(ago(15), NOW, NOW, PATIENCE)
    assert not order_due(ago(14), NOW, NOW, PATIENCE)
    assert not order_due(ago(15), ago(1), NOW, PATIENCE)
    assert not order_due(None, NOW, NOW, PATIENCE)


def at(version: int | None = None, serial: int | None = 1, epoch: int | None = 1) -> Standpoint:
    return Standpoint(serial=serial, epoch=epoch, version=version)


@pytest.mark.parametrize(
    ("unit", "desk", "expected"),
    [
        (at(3), at(3), None),
        (at(2), at(3), None),
        (at(None), at(3), None),
        (at(4), at(3), SetBack.PROGRAMME),
        (at(1), at(None), SetBack.PROGRAMME),
        (at(4, serial=2), at(3), SetBack.DELEGATION),
        (at(None, serial=2), at(3), SetBack.DELEGATION),
        (at(None, serial=1, epoch=2), at(3), SetBack.DELEGATION),
        (at(9, epoch=1), at(3, serial=2, epoch=2), None),
        (at(4, serial=None, epoch=None), at(3), SetBack.PROGRAMME),
        (at(4, serial=None, epoch=None), at(3, serial=None, epoch=None), SetBack.PROGRAMME),
        (at(None, serial=None, epoch=None), at(None, serial=None, epoch=None), None),
    ],
)
def test_a_unit_is_ahead_when_it_holds_a_later_version_or_delegation(unit, desk, expected):
    assert set_back(unit, desk) is expected


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_who_follows_the_desk_is_never_ahead(serial, epoch, version):
    desk = at(version, serial, epoch)
    for behind in (at(version, serial, epoch), at(version - 1, serial, epoch), at(None, None, None)):
        assert set_back(behind, desk) is None


def planned(name: str, *, minutes: int = 60) -> PlannedBroadcast:
    return PlannedBroadcast(
        id=name,
        start=NOW + timedelta(minutes=minutes),
        not_after=NOW + timedelta(minutes=minutes + 10),
        class_=BroadcastClass.ROUTINE,
        status=Status.ACTUAL,
        title=name,
        items=(Item(clip="a" * 64, size=1, duration_ms=1),),
    )


def test_both_sides_of_a_difference():
    held = Programme(
        commune="c",
        unit="u",
        epoch=1,
        version=9,
        issued_at=NOW,
        until=NOW + timedelta(days=14),
        volume=80,
        broadcasts=(
            planned("past", minutes=-11),
            planned("same"),
            planned("new"),
            planned("taken-back"),
            planned("goes-on-1"),
        ),
        cancelled=("dropped", "elsewhere"),
    )
    ours = [
        Planned(id="same", told=True),
        Planned(id="ours", told=False),
        Planned(id="dropped", told=False),
        Planned(id="left-out", told=True),
        Planned(id="ended-1", told=True, schedule="ended"),
        Planned(id="ended-2", told=False, schedule="ended"),
        Planned(id="excepted", told=True, schedule="goes-on"),
        Planned(id="goes-on-1", told=True, schedule="goes-on"),
        Planned(id="goes-on-2", told=False, schedule="goes-on"),
    ]
    found = difference(held, ours, {"taken-back", *(one.id for one in ours)}, NOW)
    assert [one.id for one in found.unknown] == ["new"]
    assert found.lacking == ("ours", "goes-on-2")
    assert found.cancelled == ("dropped", "left-out", "ended-1", "ended-2", "excepted")
    assert found.ended == ("ended",)
