"""What the receipts of one broadcast at one unit say together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.projection import Known, Said, in_order, project
from protocol.names import Stage

T0 = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def said(number: int, stage: str, *, journal: str = "j1", at: int | None = None, **more: object) -> Said:
    return Said(
        journal=journal, number=number, at=T0 + timedelta(seconds=number if at is None else at), stage=stage, **more
    )


def test_nothing_said_is_nothing_known():
    assert project([]) == Known()


def test_an_ordinary_broadcast():
    known = project(
        [
            said(1, Stage.STORED),
            said(2, Stage.STARTED, error_us=310),
            said(3, Stage.FINISHED, played_ms=30_000, of_ms=30_000),
        ]
    )
    assert known == Known(
        delivered_at=T0 + timedelta(seconds=1),
        stored_at=T0 + timedelta(seconds=1),
        started_at=T0 + timedelta(seconds=2),
        stage=Stage.FINISHED,
        stage_at=T0 + timedelta(seconds=3),
        played_ms=30_000,
        of_ms=30_000,
        error_us=310,
    )


@pytest.mark.parametrize(
    ("stages", "shown"),
    [
        ((Stage.STORED,), Stage.STORED),
        ((Stage.STARTED, Stage.INTERRUPTED, Stage.RESUMED), Stage.RESUMED),
        ((Stage.STARTED, Stage.INTERRUPTED, Stage.RESUMED, Stage.FINISHED), Stage.FINISHED),
        ((Stage.STARTED, Stage.INTERRUPTED, Stage.SKIPPED), Stage.INTERRUPTED),
        ((Stage.STARTED, Stage.FAILED), Stage.FAILED),
        ((Stage.STORED, Stage.SKIPPED), Stage.SKIPPED),
        ((Stage.FINISHED, Stage.STARTED), Stage.FINISHED),
        ((Stage.STARTED, Stage.STORED), Stage.STARTED),
        ((Stage.REFUSED, Stage.STORED), Stage.STORED),
        ((Stage.APPLIED,), None),
        (("echoed",), None),
        ((Stage.STARTED, "echoed"), Stage.STARTED),
    ],
)
def test_which_stage_is_shown(stages, shown):
    assert project([said(number, stage) for number, stage in enumerate(stages, 1)]).stage == shown


def test_a_new_card_does_not_unsay_what_the_old_one_played():
    old = [said(7, Stage.STARTED), said(8, Stage.FINISHED, played_ms=30_000)]
    new = said(1, Stage.SKIPPED, journal="a-new-card", at=600, reason="late")
    assert project([new, *old]).stage is Stage.FINISHED


def test_the_first_start_counts_and_later_lengths_replace_earlier_ones():
    known = project(
        [
            said(1, Stage.STARTED, error_us=5),
            said(2, Stage.INTERRUPTED, played_ms=9_000, of_ms=30_000, reason="preempted"),
            said(3, Stage.STARTED, error_us=99),
            said(4, Stage.FINISHED, played_ms=30_000),
        ]
    )
    assert (known.started_at, known.error_us) == (T0 + timedelta(seconds=1), 5)
    assert (known.played_ms, known.of_ms, known.reason) == (30_000, 30_000, None)


RECEIPTS = st.lists(
    st.builds(
        said,
        number=st.integers(1, 6),
        stage=st.sampled_from([*Stage, "echoed"]),
        journal=st.sampled_from(["j1", "j2"]),
        at=st.integers(0, 100),
        played_ms=st.none() | st.integers(0, 9),
        reason=st.none() | st.sampled_from(["late", "stopped"]),
    ),
    max_size=10,
    unique_by=lambda one: (one.journal, one.number),
)


@given(receipts=RECEIPTS, data=st.data())
def test_order_and_repetition_carry_no_meaning(receipts, data):
    shuffled = data.draw(st.permutations(receipts))
    repeated = data.draw(st.lists(st.sampled_from(receipts), max_size=5)) if receipts else []
    assert project([*shuffled, *repeated]) == project(receipts)


@given(receipts=RECEIPTS)
def test_each_receipt_once_and_in_the_units_own_order(receipts):
    ordered = in_order(receipts)
    assert sorted(ordered, key=repr) == sorted(receipts, key=repr)
    for journal in ("j1", "j2"):
        numbers = [one.number for one in ordered if one.journal == journal]
        assert numbers == sorted(numbers)


@given(receipts=RECEIPTS)
def test_what_was_finished_stays_finished(receipts):
    assert (
        project([*receipts, said(99, Stage.FINISHED, at=101), said(100, Stage.FAILED, at=102)]).stage is Stage.FINISHED
    )
