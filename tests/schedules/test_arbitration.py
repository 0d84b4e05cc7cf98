"""The rules of `schedules.arbitration`, a sentence at a time, then over whole days at one loudspeaker."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schedules.arbitration import Candidate, Decision, Sounding, arbitrate
from schedules.vocabulary import BroadcastClass, Status
from tests.schedules.loudspeaker import MINUTE, Loudspeaker
from tests.schedules.strategies import MORNING, any_candidates, candidates, distinct_candidates, instants

ROUTINE, PRIORITY, EMERGENCY = BroadcastClass
NOW = datetime(2026, 1, 7, 22, 30, tzinfo=UTC)


def wants(name: str, class_: BroadcastClass = ROUTINE, *, start: int = 0, grace: int = 10, **more: object) -> Candidate:
    """A broadcast that starts `start` minutes after NOW and may begin for `grace` minutes."""
    begin = NOW + start * MINUTE
    return Candidate(id=name, class_=class_, start=begin, not_after=begin + grace * MINUTE, **more)


def test_nothing_to_do() -> None:
    assert arbitrate(None, [], NOW) == Decision()


def test_what_is_due_begins_in_silence() -> None:
    due = wants("a")
    assert arbitrate(None, [due], NOW) == Decision(play=due)


def test_what_is_early_waits() -> None:
    early = wants("a", start=1)
    assert arbitrate(None, [early], NOW) == Decision(waiting=(early,))


def test_what_is_late_is_skipped() -> None:
    late = wants("a", start=-11)
    assert arbitrate(None, [late], NOW) == Decision(skipped=(late,))


@pytest.mark.parametrize(("lower", "higher"), [(ROUTINE, PRIORITY), (ROUTINE, EMERGENCY), (PRIORITY, EMERGENCY)])
def test_a_higher_class_interrupts_and_the_cut_item_is_remembered(
    lower: BroadcastClass, higher: BroadcastClass
) -> None:
    sounding, urgent = Sounding(wants("a", lower, start=-5), item=2), wants("b", higher)
    cut = wants("a", lower, start=-5, begun=True, item=2)
    assert arbitrate(sounding, [urgent], NOW) == Decision(play=urgent, interrupted=cut, waiting=(cut,))


@pytest.mark.parametrize(
    ("sounding", "later"), [(c, d) for c in BroadcastClass for d in BroadcastClass if d.rank <= c.rank]
)
def test_an_equal_or_lower_class_waits(sounding: BroadcastClass, later: BroadcastClass) -> None:
    waiting = wants("b", later)
    assert arbitrate(Sounding(wants("a", sounding, start=-5)), [waiting], NOW) == Decision(waiting=(waiting,))


@pytest.mark.parametrize("rehearsal", [Status.EXERCISE, Status.TEST])
@pytest.mark.parametrize("class_", BroadcastClass)
def test_a_rehearsal_never_holds_up_what_is_meant(class_: BroadcastClass, rehearsal: Status) -> None:
    drill, meant = wants("a", class_, status=rehearsal), wants("b", class_)
    assert arbitrate(Sounding(drill), [meant], NOW).play == meant
    assert arbitrate(None, [drill, meant], NOW).play == meant
    assert arbitrate(Sounding(meant), [drill], NOW).play is None


def test_an_exercise_and_a_test_are_equals() -> None:
    drill, test = wants("a", status=Status.EXERCISE), wants("b", status=Status.TEST)
    assert arbitrate(Sounding(drill), [test], NOW).play is None
    assert arbitrate(Sounding(test), [drill], NOW).play is None


def test_what_waited_begins_when_the_other_has_ended() -> None:
    waiting = wants("b", grace=10)
    assert arbitrate(None, [waiting], NOW + 10 * MINUTE).play == waiting


def test_what_waited_too_long_is_skipped_while_the_other_still_sounds() -> None:
    waiting = wants("b", grace=10)
    decision = arbitrate(Sounding(wants("a", start=-5)), [waiting], NOW + 11 * MINUTE)
    assert decision == Decision(skipped=(waiting,))


def test_what_sounds_is_not_cut_for_its_own_not_after() -> None:
    assert arbitrate(Sounding(wants("a", start=-60)), [], NOW) == Decision()


def test_turns_go_by_class_then_start_then_id() -> None:
    turns = [
        wants("z", EMERGENCY),
        wants("y", PRIORITY, start=-1),
        wants("b", ROUTINE, start=-2),
        wants("a", ROUTINE, start=-1),
        wants("c", ROUTINE, start=-1),
    ]
    assert arbitrate(Sounding(wants("x", EMERGENCY)), turns[::-1], NOW).waiting == tuple(turns)
    assert arbitrate(None, turns[::-1], NOW) == Decision(play=turns[0], waiting=tuple(turns[1:]))


def test_an_early_emergency_does_not_hold_back_what_is_due() -> None:
    early, due = wants("e", EMERGENCY, start=1), wants("r")
    assert arbitrate(None, [early, due], NOW) == Decision(play=due, waiting=(early,))


def test_the_interrupted_resumes_with_the_item_that_was_cut() -> None:
    cut = Sounding(wants("a", start=-5), item=2).cut()
    assert arbitrate(None, [cut], NOW).play == wants("a", start=-5, begun=True, item=2)


def test_the_interrupted_may_go_on_until_its_not_after_plus_its_length() -> None:
    cut = Sounding(wants("a", start=-5, length=15 * MINUTE)).cut()
    assert arbitrate(None, [cut], NOW + 20 * MINUTE).play == cut
    assert arbitrate(None, [cut], NOW + 21 * MINUTE) == Decision(skipped=(cut,))
    assert cut.begun


def test_length_does_not_let_anything_begin_later() -> None:
    never_heard = wants("a", start=-5, length=15 * MINUTE)
    assert arbitrate(None, [never_heard], NOW + 6 * MINUTE) == Decision(skipped=(never_heard,))


def test_the_interrupted_is_dropped_at_once_if_its_deadline_has_passed_already() -> None:
    urgent = wants("b", EMERGENCY)
    decision = arbitrate(Sounding(wants("a", start=-11), item=1), [urgent], NOW)
    assert decision.play == urgent
    assert decision.interrupted is not None
    assert decision.skipped == (decision.interrupted,)
    assert decision.waiting == ()


def test_what_sounds_already_does_not_begin_again() -> None:
    again = wants("a", EMERGENCY)
    assert arbitrate(Sounding(wants("a")), [again], NOW) == Decision()


def test_an_id_handed_in_twice_counts_once_with_the_furthest_progress() -> None:
    fresh, cut = wants("a"), wants("a", begun=True, item=1)
    assert arbitrate(None, [fresh, cut], NOW) == Decision(play=cut)
    assert arbitrate(None, [cut, fresh], NOW) == Decision(play=cut)


def weighs_more(one: Candidate, other: Candidate) -> bool:
    """The rule in other words than the product's: a higher class, or the same class meant against rehearsed."""
    if one.class_ is not other.class_:
        return one.class_.rank > other.class_.rank
    return one.status is Status.ACTUAL and other.status is not Status.ACTUAL


def soundings() -> st.SearchStrategy[Sounding | None]:
    return st.none() | st.builds(Sounding, candidates(st.sampled_from("abcxyz")), st.integers(0, 3))


@given(soundings(), any_candidates, instants, st.randoms())
def test_the_order_of_arrival_changes_nothing(
    playing: Sounding | None, waiting: list[Candidate], now: datetime, random: object
) -> None:
    shuffled = list(waiting)
    random.shuffle(shuffled)
    assert arbitrate(playing, shuffled, now) == arbitrate(playing, waiting, now)


@given(soundings(), any_candidates, instants)
def test_every_id_has_one_place_and_only_what_is_due_begins(
    playing: Sounding | None, waiting: list[Candidate], now: datetime
) -> None:
    decision = arbitrate(playing, waiting, now)
    placed = [*filter(None, [decision.play]), *decision.waiting, *decision.skipped]
    wanting = {candidate.id for candidate in waiting} - {playing.broadcast.id if playing else None}
    cut = {decision.interrupted.id} if decision.interrupted else set()
    assert Counter(candidate.id for candidate in placed) == Counter(wanting | cut)
    assert decision.play is None or decision.play.start <= now <= decision.play.deadline
    assert all(candidate.deadline < now for candidate in decision.skipped)
    assert all(candidate.deadline >= now for candidate in decision.waiting)


@given(soundings(), any_candidates, instants)
def test_only_a_greater_weight_interrupts_and_it_always_does(
    playing: Sounding | None, waiting: list[Candidate], now: datetime
) -> None:
    decision = arbitrate(playing, waiting, now)
    if decision.play and playing:
        assert decision.interrupted == playing.cut()
        assert weighs_more(decision.play, playing.broadcast)
    else:
        assert decision.interrupted is None
    passed_over = [c for c in decision.waiting if c.start <= now and c != decision.interrupted]
    sounds = decision.play or (playing.broadcast if playing else None)
    assert all(sounds and not weighs_more(candidate, sounds) for candidate in passed_over)


@given(distinct_candidates, st.integers(1, 4), st.integers(1, 4))
def test_over_a_whole_morning(drawn: list[Candidate], items: int, item_minutes: int) -> None:
    planned = [replace(c, begun=False, item=0, length=items * item_minutes * MINUTE) for c in drawn]
    speaker = Loudspeaker({c.id: items for c in planned}, item_minutes, waiting=list(planned))
    for count in range(250):
        speaker.minute(MORNING + count * MINUTE)
    assert speaker.playing is None
    assert not speaker.waiting
    # every broadcast ends once, finished or skipped
    assert Counter(speaker.finished + [c.id for c in speaker.skipped]) == Counter(c.id for c in planned)
    # at most once, item by item
    assert max(Counter(speaker.played_items).values(), default=1) == 1
    # what finished was played from its first to its last item
    assert all((name, item) in speaker.played_items for name in speaker.finished for item in range(items))
    # nothing began outside its times; a second beginning follows a cut
    assert all(c.start <= now <= c.deadline for now, c in speaker.begun)
    begun, cuts = Counter(c.id for _, c in speaker.begun), Counter(cut.id for cut, _ in speaker.cuts)
    assert all(count <= 1 + cuts[name] for name, count in begun.items())
    # only a greater weight cuts, and never an actual emergency
    assert all(weighs_more(by, cut) for cut, by in speaker.cuts)
    # partly played is said of what began, and of nothing else
    assert all(c.begun == (begun[c.id] > 0) for c in speaker.skipped)


def test_an_interrupted_routine_goes_on_after_the_emergency() -> None:
    speaker = Loudspeaker(
        {"news": 3, "storm": 1}, item_minutes=2, waiting=[wants("news"), wants("storm", EMERGENCY, start=3)]
    )
    for count in range(20):
        speaker.minute(NOW + count * MINUTE)
    assert speaker.played_items == [("news", 0), ("storm", 0), ("news", 1), ("news", 2)]
    assert [(now - NOW, c.id, c.item) for now, c in speaker.begun] == [
        (timedelta(0), "news", 0),
        (3 * MINUTE, "storm", 0),
        (5 * MINUTE, "news", 1),
    ]
