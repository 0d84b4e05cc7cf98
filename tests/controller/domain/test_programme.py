"""What stands in a programme, and when it is another one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from controller.domain import programme
from protocol.envelope import seal
from protocol.keys import SigningKey
from protocol.messages import Downloads, Item, PinnedClip, PlannedBroadcast, Programme
from schedules.vocabulary import BroadcastClass, Status

T0 = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
UNTIL = T0 + timedelta(days=15)
PINNED = PinnedClip(clip="a" * 64, size=64 * 1024 * 1024)


def planned(number: int, *, class_: BroadcastClass = BroadcastClass.ROUTINE, title: str = "Họp") -> PlannedBroadcast:
    start = T0 + timedelta(minutes=number)
    return PlannedBroadcast(
        id=f"b-{number}",
        start=start,
        not_after=start + timedelta(minutes=10),
        class_=class_,
        status=Status.ACTUAL,
        title=title,
        items=(Item(clip="0" * 64, size=1, duration_ms=1),),
    )


def content(*broadcasts: PlannedBroadcast, **more: object) -> programme.Content:
    """`until` and `cancelled` are the programme's, everything else its terms."""
    until, cancelled = more.pop("until", UNTIL), more.pop("cancelled", ())
    terms = programme.Terms(**{"volume": 80, **more})
    return programme.content(broadcasts, cancelled, terms=terms, until=until)


def test_emergencies_stand_in_no_programme():
    assert content(planned(1), planned(2, class_=BroadcastClass.EMERGENCY)).broadcasts == (planned(1),)


def test_everything_that_it_says_is_in_its_digest():
    base = content(planned(1))
    others = [
        content(planned(2)),
        content(planned(1), volume=70),
        content(planned(1), epoch=2),
        content(planned(1), hours=((360, 1200),)),
        content(planned(1), pinned=(PINNED,)),
        content(planned(1), downloads=Downloads(month_bytes=10**9)),
        content(planned(1), until=UNTIL + timedelta(days=1)),
        content(planned(1), cancelled=[(T0, "b-9")]),
        content(planned(1, title="Khác")),
    ]
    assert len({base.digest, *(other.digest for other in others)}) == 10


def test_narrower_hours_must_be_understood():
    assert content(planned(1)).terms.must == ()
    assert content(planned(1), hours=((360, 1200),)).terms.must == ("hours",)


@given(st.permutations(range(8)))
def test_the_order_in_which_broadcasts_are_found_does_not_matter(order):
    assert content(*(planned(n) for n in order)).digest == content(*(planned(n) for n in range(8))).digest


def test_too_many_are_cut_at_an_instant_until_which_the_list_is_complete():
    found = content(*(planned(n) for n in range(2_100)))
    count = len(found.broadcasts)
    assert 1_000 < count < 2_000
    assert found.until == planned(count).start
    assert all(one.start < found.until for one in found.broadcasts)


def test_too_large_a_list_is_cut_and_those_of_the_same_instant_are_left_together():
    big = [planned(n, title="ữ" * 300) for n in range(1_000)]
    twins = [*big, *(planned(n, title="ữ" * 300) for n in range(1_000))]
    found = content(*twins)
    assert len(found.broadcasts) < 1_000
    assert all(one.start < found.until for one in found.broadcasts)
    assert found.until < UNTIL


def test_the_largest_content_still_fits_into_its_envelope():
    cancelled = [(T0, f"{n:063d}") for n in range(3_000)]
    found = content(*(planned(n, title="ữ" * 300) for n in range(1_500)), cancelled=cancelled)
    message = Programme(
        commune="c" * 63,
        unit="u" * 63,
        epoch=1,
        version=2**53 - 1,
        issued_at=T0,
        until=found.until,
        volume=100,
        hours=((0, 1), (2, 3)) * 6,
        pinned=tuple(PINNED for _ in range(200)),
        downloads=Downloads(hours=((0, 1), (2, 3)) * 6, month_bytes=2**53 - 1),
        broadcasts=found.broadcasts,
        cancelled=found.cancelled,
    )
    assert len(seal(message, SigningKey.generate())) > 450_000


def test_cancelled_ones_are_named_once_the_earliest_first():
    cancelled = [(T0 + timedelta(seconds=n), f"c-{n:04d}") for n in range(2_500)]
    found = content(cancelled=[*cancelled, *cancelled])
    assert len(found.cancelled) == programme.MOST_CANCELLED
    assert found.cancelled[0] == "c-0000"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.integers(1, 60))  # noqa: DTZ001
def test_the_window_holds_the_moment_and_the_whole_horizon(now, days):
    begin, until = programme.window(now, timedelta(days=days))
    assert begin <= now < begin + timedelta(days=1)
    assert until >= now + timedelta(days=days)
    assert programme.window(begin, timedelta(days=days)) == (begin, until)
