"""What hypothesis draws for this room: rules of every pattern, windows, candidates and sittings that often collide."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from schedules.arbitration import Candidate
from schedules.conditions import Mode, OnLunarDays, OnPublicHolidays, OnTet
from schedules.patterns import LAST, Daily, Monthly, NthWeekday, Once, Weekday, Weekly
from schedules.recurrence import Rule
from schedules.timeline import Sitting
from schedules.vocabulary import BroadcastClass, Status

ZONES = ("Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
FIRST, LAST_START = date(2020, 1, 1), date(2035, 12, 31)
MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)

weekdays = st.sampled_from(Weekday)
nth_weekdays = st.builds(NthWeekday, nth=st.sampled_from((LAST, 1, 2, 3, 4, 5)), weekday=weekdays)
some_weekdays = st.lists(weekdays, min_size=1, max_size=5).map(tuple)
some_nths = st.lists(nth_weekdays, min_size=1, max_size=3).map(tuple)
some_days = st.lists(st.sampled_from((LAST, *range(1, 32))), min_size=1, max_size=5).map(tuple)
patterns = st.one_of(
    st.just(Once()),
    st.builds(Daily, every=st.integers(1, 40)),
    st.builds(Weekly, weekdays=some_weekdays, every=st.integers(1, 5)),
    st.builds(Monthly, days=some_days),
    st.builds(Monthly, weekdays=some_nths),
    st.builds(Monthly, days=some_days, weekdays=some_nths),
)
modes = st.sampled_from(Mode)
conditions = st.one_of(
    st.builds(
        OnLunarDays,
        days=st.lists(st.integers(1, 30), min_size=1, max_size=4).map(tuple),
        mode=modes,
        leap_months=st.booleans(),
    ),
    st.builds(OnTet, mode=modes, from_chap=st.integers(23, 30), through_gieng=st.integers(1, 15)),
    st.builds(OnPublicHolidays, mode=modes),
)
wall_times = st.builds(time, hour=st.integers(0, 23), minute=st.sampled_from((0, 15, 30, 59)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    start = draw(st.dates(FIRST, LAST_START))
    near = st.integers(0, 60).map(lambda days: start + timedelta(days=days))
    excepted = draw(st.frozensets(near, max_size=4))
    return Rule(
        pattern=draw(patterns),
        times=tuple(draw(st.lists(wall_times, min_size=1, max_size=4))),
        start_date=start,
        end_date=draw(st.none() | st.integers(60, 500).map(lambda days: start + timedelta(days=days))),
        except_dates=tuple(excepted),
        extra_dates=tuple(draw(st.frozensets(near, max_size=3)) - excepted),
        conditions=tuple(draw(st.lists(conditions, max_size=2))),
        zone=draw(st.sampled_from(ZONES)),
    )


@st.composite
def rules_and_windows(draw: st.DrawFn) -> tuple[Rule, datetime, datetime]:
    """A rule and a window of up to 60 days that begins from a week before to a year after the rule does."""
    rule = draw(rules())
    midnight = datetime.combine(rule.start_date, time(), tzinfo=UTC)
    start = midnight + timedelta(minutes=draw(st.integers(-7 * 1440, 366 * 1440)))
    return rule, start, start + timedelta(minutes=draw(st.integers(0, 60 * 1440)))


minutes = st.integers(0, 40).map(lambda count: timedelta(minutes=count))
instants = minutes.map(lambda after: MORNING + after)


@st.composite
def candidates(draw: st.DrawFn, ids: st.SearchStrategy[str]) -> Candidate:
    start = draw(instants)
    item = draw(st.integers(0, 2))
    return Candidate(
        id=draw(ids),
        class_=draw(st.sampled_from(BroadcastClass)),
        status=draw(st.sampled_from(Status)),
        start=start,
        not_after=start + draw(minutes),
        length=draw(minutes),
        begun=item > 0 or draw(st.booleans()),
        item=item,
    )


any_candidates = st.lists(candidates(st.sampled_from("abcdef")), max_size=6)
distinct_candidates = st.lists(candidates(st.uuids().map(str)), max_size=6, unique_by=lambda c: c.id)


@st.composite
def sittings(draw: st.DrawFn) -> Sitting:
    start = draw(instants)
    return Sitting(
        id=draw(st.uuids().map(str)),
        start=start,
        not_after=start + draw(minutes),
        duration=timedelta(minutes=draw(st.integers(1, 20))),
        class_=draw(st.sampled_from(BroadcastClass)),
        status=draw(st.sampled_from(Status)),
        units=draw(st.frozensets(st.sampled_from(("khau-bang", "na-lang", "coc-lai")), min_size=1)),
    )


many_sittings = st.lists(sittings(), max_size=8)
