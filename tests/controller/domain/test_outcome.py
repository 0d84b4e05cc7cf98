"""What became of a broadcast, said only on evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.outcome import BroadcastState, Evidence, Outcome, outcome, overall
from protocol.names import Stage

AT, ALL = Outcome, BroadcastState


@pytest.mark.parametrize(
    ("stage", "over", "expected"),
    [
        (None, False, AT.WAITING),
        (None, True, AT.UNKNOWN),
        (Stage.STORED, False, AT.WAITING),
        (Stage.STORED, True, AT.UNKNOWN),
        (Stage.APPLIED, True, AT.UNKNOWN),
        (Stage.STARTED, False, AT.PLAYING),
        (Stage.STARTED, True, AT.UNKNOWN),
        (Stage.RESUMED, True, AT.UNKNOWN),
        (Stage.INTERRUPTED, True, AT.PARTLY),
        (Stage.FINISHED, False, AT.HEARD),
        (Stage.SKIPPED, False, AT.MISSED),
        (Stage.FAILED, True, AT.MISSED),
        (Stage.REFUSED, True, AT.MISSED),
    ],
)
def test_at_one_unit(stage, over, expected):
    assert outcome(Evidence(stage), cancelled=False, over=over) is expected


def test_a_failure_after_some_sound_was_partly_heard():
    assert outcome(Evidence(Stage.FAILED, "sound-failed", 4_000), cancelled=False, over=True) is AT.PARTLY


@pytest.mark.parametrize("over", [True, False])
def test_cancelled_is_what_the_unit_says_or_what_never_sounded(over):
    assert outcome(Evidence(Stage.SKIPPED, "cancelled"), cancelled=False, over=over) is AT.CANCELLED
    assert outcome(Evidence(None), cancelled=True, over=over) is AT.CANCELLED
    assert outcome(Evidence(Stage.FINISHED), cancelled=True, over=over) is AT.HEARD


@pytest.mark.parametrize(
    ("outcomes", "cancelled", "expected"),
    [
        ([], False, ALL.PLANNED),
        ([AT.WAITING, AT.WAITING], False, ALL.PLANNED),
        ([AT.WAITING, AT.PLAYING], False, ALL.ON_AIR),
        ([AT.WAITING, AT.HEARD], False, ALL.ON_AIR),
        ([AT.HEARD, AT.HEARD], False, ALL.HEARD),
        ([AT.HEARD, AT.UNKNOWN], False, ALL.UNKNOWN),
        ([AT.HEARD, AT.MISSED], False, ALL.PARTLY),
        ([AT.PARTLY], False, ALL.PARTLY),
        ([AT.MISSED, AT.MISSED], False, ALL.MISSED),
        ([AT.CANCELLED, AT.CANCELLED], True, ALL.CANCELLED),
        ([], True, ALL.CANCELLED),
        ([AT.PLAYING, AT.CANCELLED], True, ALL.ON_AIR),
        ([AT.HEARD, AT.CANCELLED], True, ALL.PARTLY),
        ([AT.CANCELLED], False, ALL.CANCELLED),
        ([AT.MISSED, AT.CANCELLED], True, ALL.MISSED),
    ],
)
def test_over_all_units(outcomes, cancelled, expected):
    assert overall(outcomes, cancelled=cancelled) is expected


@given(st.lists(st.sampled_from(Outcome)), st.booleans())
def test_heard_is_said_only_when_every_unit_finished(outcomes, cancelled):
    if overall(outcomes, cancelled=cancelled) is ALL.HEARD:
        assert set(outcomes) == {AT.HEARD}
