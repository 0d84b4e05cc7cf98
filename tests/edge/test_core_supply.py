"""What is fetched when: download hours, the month's budget, the spread over a commune, the pinned bank, rot."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.core.downloads import SOON, SPREAD_S, cost, local_month
from edge.core.effects import FetchClip, KeepOnly
from edge.core.events import (
    ClipAbsent,
    ClipFailed,
    ClipProgress,
    ClipsRemoved,
    ClipStored,
    ClockChanged,
    Leaving,
)
from edge.core.instant import Instant
from edge.core.memory import Spent
from edge.core.spending import NOTE_BYTES, NOTE_S
from edge.core.step import step
from edge.core.supply import AFTER_LONGEST_S, AFTER_URGENT_S, CHECK_NEAR_S, CHECK_S, TOLD
from protocol.messages import Downloads, Play
from protocol.names import ClockTrust, Reason
from schedules.vocabulary import BroadcastClass
from tests.edge.supplied import EVENING, FAR_S, HOUR, SIZE, Unit, notes
from tests.edge.world import DAWN, broadcast, clip_hash

# ---- at once, or with a spread


@pytest.mark.parametrize("class_", [BroadcastClass.PRIORITY, BroadcastClass.EMERGENCY])
def test_what_is_urgent_is_fetched_at_once_whatever_the_hour_and_the_budget(class_: BroadcastClass):
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S, class_=class_), downloads=Downloads(hours=EVENING, month_bytes=0))
    assert unit.fetched() == [1]


def test_what_was_ordered_is_fetched_at_once():
    unit = Unit()
    unit.plan(downloads=Downloads(hours=EVENING, month_bytes=0))
    unit.command(Play(broadcast=broadcast(start_s=FAR_S)))
    assert unit.fetched() == [1]


def test_what_is_needed_soon_is_fetched_at_once_outside_the_hours():
    unit = Unit()
    unit.plan(broadcast(start_s=SOON.total_seconds()), downloads=Downloads(hours=EVENING))
    assert unit.fetched() == [1]


def test_what_is_not_is_looked_for_and_fetched_after_a_spread():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S))
    assert (unit.looked(), unit.fetched()) == ([1], [])
    unit.absent(1)
    assert unit.fetched() == []
    unit.pass_s(SPREAD_S * 0.5)
    assert unit.fetched() == [1]


def test_what_is_found_on_the_disk_is_stored_whatever_the_hour():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S), downloads=Downloads(hours=EVENING, month_bytes=0))
    unit.store(1)
    assert unit.stages("b-1") == ["stored"]
    assert unit.fetched() == []


def test_outside_the_hours_it_waits_for_them():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S), downloads=Downloads(hours=EVENING))
    unit.absent(1)
    unit.pass_s(13 * HOUR - 1)
    assert unit.fetched() == []
    unit.pass_s(1 + SPREAD_S)
    assert unit.fetched() == [1]


def test_outside_the_hours_it_is_fetched_once_it_is_needed_soon():
    unit = Unit()
    unit.plan(broadcast(start_s=5 * HOUR), downloads=Downloads(hours=EVENING))
    unit.absent(1)
    unit.pass_s(2 * HOUR - 1)
    assert unit.fetched() == []
    unit.pass_s(2)
    assert unit.fetched() == [1]


def test_a_try_that_failed_is_not_repeated_outside_the_hours():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S), downloads=Downloads(hours=((0, 310),)))
    unit.absent(1)
    unit.pass_s(SPREAD_S)
    assert unit.fetched() == [1]
    unit.pass_s(302)
    unit.take(ClipFailed(clip_hash(1)))
    unit.pass_s(10 * HOUR)
    assert unit.fetched() == [1]
    unit.pass_s(10 * HOUR)
    assert unit.fetched() == [1, 1]


def test_a_waiting_clip_that_becomes_urgent_is_fetched_at_once():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S), downloads=Downloads(hours=EVENING))
    unit.command(Play(broadcast=broadcast("b-2", start_s=FAR_S)))
    assert (unit.looked(), unit.fetched()) == ([1], [1])
    unit.absent(1)
    assert unit.fetched() == [1], "the late word of the look was taken for the fetch"


def test_sixty_units_do_not_ask_at_once():
    chances = [(number + 0.5) / 60 for number in range(60)]
    asked_at = []
    for chance in chances:
        now = Instant(DAWN, 1000.0, ClockTrust.TRUSTED, chance)
        unit = Unit()
        unit.plan(broadcast(start_s=FAR_S))
        waiting, _ = step(unit.state, ClipAbsent(clip_hash(1)), now)
        asked_at.append(waiting.outstanding.look_at - 1000.0)
    assert len({round(at) for at in asked_at}) == 60
    assert max(asked_at) <= SPREAD_S


# ---- the budget


def test_beyond_the_budget_a_routine_clip_stays_back_and_its_broadcast_says_why():
    unit = Unit()
    unit.plan(broadcast(start_s=600), downloads=Downloads(month_bytes=cost(SIZE) - 1))
    assert unit.fetched() == []
    unit.absent(1)
    assert unit.coming() == {1: (0, Reason.DATA_BUDGET)}
    unit.pass_s(1300)
    assert unit.stages("b-1") == ["skipped(data-budget)"]
    assert unit.fetched() == []


def test_a_larger_budget_lets_it_go_on():
    unit = Unit()
    unit.plan(broadcast(start_s=600), downloads=Downloads(month_bytes=0))
    unit.absent(1)
    unit.plan(broadcast(start_s=600), downloads=Downloads(month_bytes=cost(SIZE)))
    assert unit.fetched() == [1]


def test_with_a_new_month_comes_a_new_budget():
    unit = Unit()
    unit.pass_s((datetime(2026, 11, 30, 14, 59, tzinfo=UTC) - DAWN).total_seconds())
    start_s = (datetime(2026, 11, 30, 18, 0, tzinfo=UTC) - DAWN).total_seconds()
    unit.plan(broadcast(start_s=start_s), downloads=Downloads(month_bytes=cost(SIZE)))
    unit.absent(1)
    unit.take(ClipFailed(clip_hash(1), fetched=500))
    assert unit.state.spent == Spent("2026-11", 500)
    count = len(unit.fetched())
    unit.pass_s(2 * HOUR)
    assert len(unit.fetched()) == count
    unit.pass_s(60 + SPREAD_S)
    assert unit.state.spent == Spent("2026-12", 0)
    assert len(unit.fetched()) == count + 1, "the month is the commune's, not UTC's"


def test_the_month_is_the_communes():
    assert local_month(datetime(2026, 11, 30, 16, 59, tzinfo=UTC), 420) == "2026-11"
    assert local_month(datetime(2026, 11, 30, 17, 0, tzinfo=UTC), 420) == "2026-12"


def test_every_byte_counts_and_is_reported():
    unit = Unit(link=True)
    unit.plan(broadcast(clips=(1, 2)))
    unit.take(ClipProgress(clip_hash(1), here=600, fetched=650))
    assert unit.coming()[1] == (600, None)
    unit.take(ClipFailed(clip_hash(1), fetched=50, here=640))
    unit.take(ClipStored(clip_hash(1), fetched=400))
    unit.take(ClipStored(clip_hash(2), fetched=1100))
    unit.pass_s(31)
    assert unit.reports[-1].state.month_bytes == 2200


def test_the_account_is_written_rarely_and_survives():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S))
    marks = [unit.take(ClipProgress(clip_hash(1), here=0, fetched=NOTE_BYTES // 8)) for _ in range(20)]
    assert [spent.bytes for effects in marks for spent in notes(effects)] == [NOTE_BYTES // 8, 9 * NOTE_BYTES // 8,
                                                                             17 * NOTE_BYTES // 8]  # fmt: skip
    assert notes(unit.take_all(lambda: unit.pass_s(NOTE_S + 1))) == [Spent("2026-11", 20 * NOTE_BYTES // 8)]
    unit.take(ClipProgress(clip_hash(1), here=0, fetched=7))
    assert notes(unit.take(Leaving())) == [Spent("2026-11", 20 * NOTE_BYTES // 8 + 7)]
    unit.crash()
    assert unit.state.spent == Spent("2026-11", 20 * NOTE_BYTES // 8 + 7)


def test_a_crash_forgets_no_more_than_a_little():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S))
    for _ in range(100):
        unit.take(ClipProgress(clip_hash(1), here=0, fetched=50_000))
    unit.crash()
    assert 0 <= 5_000_000 - unit.state.spent.bytes <= NOTE_BYTES


# ---- without a clock


def test_without_a_trusted_clock_the_hours_are_open_and_the_known_months_budget_holds():
    unit = Unit(trust=ClockTrust.UNKNOWN)
    unit.plan(broadcast(start_s=60), broadcast("b-2", start_s=FAR_S, clips=(2,)), downloads=Downloads(hours=EVENING))
    unit.absent(1, 2)
    unit.pass_s(SPREAD_S)
    assert sorted(unit.fetched()) == [1, 2]
    over = Unit(trust=ClockTrust.UNKNOWN)
    over.plan(broadcast(start_s=60), downloads=Downloads(month_bytes=cost(SIZE) - 1))
    over.absent(1)
    over.wall += timedelta(days=400)
    over.take(ClockChanged())
    over.pass_s(24 * HOUR)
    assert over.fetched() == []


def test_what_was_spent_before_the_first_trusted_moment_counts_for_its_month():
    unit = Unit(trust=ClockTrust.UNKNOWN)
    unit.plan(broadcast(start_s=60))
    unit.take(ClipProgress(clip_hash(1), here=0, fetched=800))
    unit.trust = ClockTrust.TRUSTED
    unit.take(ClockChanged())
    assert unit.state.spent == Spent("2026-11", 800)


# ---- failures


def test_a_try_that_got_on_begins_the_waits_anew_and_one_that_did_not_does_not():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S))
    unit.absent(1)
    unit.pass_s(SPREAD_S)

    def wait_after(here: int) -> float:
        before, count = unit.mono, len(unit.fetched())
        unit.take(ClipFailed(clip_hash(1), here=here, fetched=here))
        while len(unit.fetched()) == count:
            unit.pass_s(0.5)
        return round(unit.mono - before)

    assert [wait_after(here) for here in (0, 0, 0, 100, 200, 300, 301, 301, 0)] == [5, 10, 20, 5, 5, 5, 10, 20, 40]


@pytest.mark.parametrize(
    ("start_s", "after_s", "waits_s"),
    [(FAR_S, 600.0, 600.0), (FAR_S, 1e9, AFTER_LONGEST_S), (600.0, 600.0, AFTER_URGENT_S), (FAR_S, 1.0, 5.0)],
)
def test_a_server_that_asks_for_time_gets_it_within_bounds(start_s: float, after_s: float, waits_s: float):
    unit = Unit()
    unit.plan(broadcast(start_s=start_s))
    unit.take(ClipFailed(clip_hash(1), after_s=after_s))
    count = len(unit.fetched())
    unit.pass_s(waits_s - 0.5)
    assert len(unit.fetched()) == count
    unit.pass_s(1.0)
    assert len(unit.fetched()) == count + 1


@pytest.mark.parametrize("reason", [Reason.DISK_FULL, Reason.DISK_READ_ONLY, Reason.DISK_FAILED])
def test_a_disk_that_refuses_is_told_ahead_and_is_why_nothing_sounded(reason: Reason):
    unit = Unit()
    unit.plan(broadcast(clips=(1, 2)))
    unit.take(ClipFailed(clip_hash(2), reason))
    assert unit.coming() == {1: (0, None), 2: (0, reason)}
    unit.pass_s(700)
    assert unit.stages("b-1") == [f"skipped({reason})"]


# ---- what is kept, what is told


def test_the_pinned_bank_is_fetched_last_kept_and_told():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S), pinned=(7, 1))
    assert [each.clip for each in unit.state.outstanding.coming] == [clip_hash(1), clip_hash(7)]
    assert unit.state.kept == {clip_hash(1), clip_hash(7)}
    unit.absent(1, 7)
    unit.pass_s(SPREAD_S)
    ask = {int(fetch.clip, 16): fetch.needed_at for fetch in unit.fetches}
    assert ask[1] < ask[7] == float("inf")
    unit.store(1, 7)
    unit.pass_s(40 * HOUR)
    assert clip_hash(7) in unit.state.kept
    assert clip_hash(7) in unit.state.clips


def test_at_most_the_soonest_are_told():
    unit = Unit()
    unit.plan(*[broadcast(f"b-{number}", start_s=FAR_S - number, clips=(number,)) for number in range(1, 41)])
    told = [int(each.clip, 16) for each in unit.state.outstanding.coming]
    assert told == list(range(40, 40 - TOLD, -1))
    assert (unit.state.outstanding.clips, unit.state.outstanding.bytes) == (40, 40 * SIZE)


def test_what_must_stay_is_named_at_every_change_before_anything_is_fetched():
    unit = Unit()
    effects = unit.take_all(lambda: unit.plan(broadcast()))
    clips = [effect for effect in effects if isinstance(effect, KeepOnly | FetchClip)]
    assert [type(effect) for effect in clips] == [KeepOnly, FetchClip]
    assert clips[0].clips == {clip_hash(1)}
    assert KeepOnly(frozenset()) in unit.take_all(lambda: unit.plan())


def test_a_clip_that_was_removed_and_is_needed_again_is_looked_for_again():
    unit = Unit()
    unit.plan(broadcast())
    unit.store(1)
    unit.plan()
    unit.plan(broadcast("b-2", start_s=90))
    assert unit.stages("b-2") == ["stored"]
    unit.take(ClipsRemoved(frozenset({clip_hash(1)})))
    assert unit.state.outstanding.clips == 1
    assert unit.fetched() == [1, 1]


# ---- rot


def test_a_clip_that_lies_long_is_looked_at_again_hours_before_it_sounds_and_once_a_day():
    unit = Unit()
    unit.plan(broadcast(start_s=FAR_S), pinned=(7,))
    unit.store(1, 7)
    unit.fetches.clear()
    unit.pass_s(CHECK_S - 1)
    assert unit.looked() == []
    unit.pass_s(HOUR + 2)
    assert unit.looked() == [1], "one at a time"
    unit.store(1)
    assert unit.looked() == [1, 7]
    unit.store(7)
    unit.pass_s(FAR_S - CHECK_S - HOUR - 60)
    assert unit.looked() == [1, 7], "the last look was less than hours ago"


def test_one_looked_at_in_the_evening_is_looked_at_again_before_the_morning_sitting():
    unit = Unit()
    unit.plan(broadcast(start_s=12 * HOUR))
    unit.store(1)
    unit.fetches.clear()
    unit.pass_s(12 * HOUR - CHECK_NEAR_S + HOUR)
    assert unit.looked() == [1]


def test_a_clip_that_rotted_is_fetched_anew_in_time_and_the_desk_sees_it():
    unit = Unit(link=True)
    unit.plan(broadcast(start_s=12 * HOUR))
    unit.store(1)
    unit.fetches.clear()
    unit.pass_s(12 * HOUR - CHECK_NEAR_S + HOUR)
    unit.absent(1)
    assert "clip-spoilt-on-the-disk" in unit.warnings()
    assert unit.reports[-1].state.missing_clips == 1
    unit.pass_s(3 * HOUR)
    assert unit.fetched() == [1]
    unit.store(1)
    unit.pass_s(2 * HOUR)
    assert unit.sound is not None, "it did not sound"


def test_one_that_the_card_cannot_read_when_it_is_looked_at_again_is_not_counted_on():
    unit = Unit()
    unit.plan(broadcast(start_s=12 * HOUR))
    unit.store(1)
    unit.pass_s(12 * HOUR - CHECK_NEAR_S + HOUR)
    unit.take(ClipFailed(clip_hash(1), Reason.DISK_FAILED))
    assert unit.coming() == {1: (0, Reason.DISK_FAILED)}


def test_a_look_at_what_nobody_needs_any_more_does_not_hold_up_the_next():
    unit = Unit()
    unit.plan(broadcast(start_s=12 * HOUR), broadcast("b-2", start_s=12 * HOUR + 100, clips=(2,)))
    unit.store(1, 2)
    unit.pass_s(12 * HOUR - CHECK_NEAR_S + HOUR)
    assert unit.state.checking == clip_hash(1)
    unit.plan(broadcast("b-2", start_s=12 * HOUR + 100, clips=(2,)))
    assert unit.state.checking == clip_hash(2)
