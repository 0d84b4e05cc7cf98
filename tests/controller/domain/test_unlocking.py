"""How long the emergency key stays open."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from controller.domain.unlocking import LONGEST, SPAN, opened

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def test_it_holds_from_the_code_to_the_end_of_its_span():
    one = opened(NOW)
    assert [one.holds(NOW + at) for at in (timedelta(-1), timedelta(), SPAN - timedelta(seconds=1), SPAN)] == [
        False,
        True,
        True,
        False,
    ]


@given(st.lists(st.integers(0, 3000), max_size=20), st.integers(60, 1200))
def test_who_is_at_work_keeps_it_a_little_longer_and_never_beyond_the_longest(moments, span):
    one = opened(NOW, timedelta(seconds=span))
    for second in sorted(moments):
        longer = one.at_work(NOW + timedelta(seconds=second))
        assert longer.until >= one.until
        one = longer
    assert one.until - one.since <= max(LONGEST, timedelta(seconds=span))
