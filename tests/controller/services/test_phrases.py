"""The emergency phrases: spoken once, after the officers' own work, pinned in every programme."""

from controller.domain.rendition import Language
from controller.services import phrases, programmes, states
from controller.services.phrases import AGAIN_AFTER, Phrase
from protocol.messages import Coming
from tests.fakes.desk import Office


def speak_all(office: Office) -> int:
    count = 0
    while phrases.render_next(office.desk):
        count += 1
    return count


def roll(office: Office) -> tuple[str, ...]:
    return programmes.roll(office.desk, office.clock.now)


def test_every_phrase_is_spoken_once_without_tones_and_kept(office):
    assert speak_all(office) == len(Phrase)
    assert all(script.bare and script.language is Language.VI for script in office.studio.scripts)
    assert speak_all(office) == 0
    bank = phrases.bank(office.desk)
    assert [one.id for one in bank.phrases] == list(Phrase)
    assert all(one.clip and one.duration_ms == 30_000 and one.error is None for one in bank.phrases)
    assert "roll" in office.kicks


def test_they_are_pinned_in_every_programme_and_change_it_only_when_they_are_ready(office):
    assert roll(office) == ("cum-a", "cum-b")
    assert office.doorbell.last_programme("cum-a").pinned == ()
    speak_all(office)
    assert roll(office) == ("cum-a", "cum-b")
    pinned = office.doorbell.last_programme("cum-b").pinned
    assert {one.clip for one in pinned} == {one.clip for one in phrases.bank(office.desk).phrases}
    assert all(one.size == 1_000 for one in pinned)
    assert roll(office) == ()


def test_which_units_hold_them_all_is_said_on_evidence(office):
    speak_all(office)
    roll(office)
    assert phrases.bank(office.desk).holding == ()
    missing = (Coming(clip=phrases.bank(office.desk).phrases[0].clip, size=1_000),)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=1))
    states.accept_state(
        office.desk, "cum-b", office.state("cum-b", programme=1, missing_clips=1, missing_bytes=1_000, coming=missing)
    )
    bank = phrases.bank(office.desk)
    assert (bank.holding, bank.waiting) == (("CUM-A",), ("CUM-B",))
    states.accept_state(office.desk, "cum-b", office.state("cum-b", programme=1, missing_clips=30, missing_bytes=1))
    assert phrases.bank(office.desk).waiting == ("CUM-B",)
    other = (Coming(clip="f" * 64, size=1_000),)
    states.accept_state(office.desk, "cum-b", office.state("cum-b", programme=1, missing_clips=1, coming=other))
    assert phrases.bank(office.desk).holding == ("CUM-A", "CUM-B")


def test_a_phrase_that_could_not_be_spoken_is_tried_again_after_a_rest_and_the_others_are_not_held_up(office):
    office.studio.refuse = "crashed"
    assert speak_all(office) == len(Phrase)
    assert {one.error for one in phrases.bank(office.desk).phrases} == {"crashed"}
    office.studio.refuse = None
    assert speak_all(office) == 0
    office.clock.now += AGAIN_AFTER
    assert speak_all(office) == len(Phrase)
    assert {one.error for one in phrases.bank(office.desk).phrases} == {None}


def test_other_words_are_spoken_anew_and_the_old_clip_is_kept_until_then(office):
    speak_all(office)
    from controller.records.phrases import PhraseRow
    from tests.fakes.desk import COMMUNE

    with office.desk.writing() as session:
        session.get(PhraseRow, (COMMUNE, Phrase.STORM, Language.VI)).text = "Lời cũ."
    office.studio.refuse = "crashed"
    assert speak_all(office) == 1
    assert phrases.bank(office.desk).phrases[3].clip is not None
    office.studio.refuse = None
    office.clock.now += AGAIN_AFTER
    assert speak_all(office) == 1
