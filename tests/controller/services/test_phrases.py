"""The emergency phrases: spoken or recorded, after the officers' own work, pinned where they are understood."""

import io

import pytest

from controller.domain.phrases import Phrase, of_village
from controller.domain.rendition import Language
from controller.services import composing, enrolment, phrases, programmes, states, village_languages
from controller.services.faults import FaultCode, Invalid
from controller.services.phrases import AGAIN_AFTER, MOST_PINNED
from protocol.messages import Coming
from tests.fakes.desk import OFFICER, VILLAGES, Office

EVERY = len(Phrase) + len(VILLAGES)
VI, TAY, NUNG = Language.VI, Language.TAY, Language.NUNG


def speak_all(office: Office) -> int:
    count = 0
    while phrases.render_next(office.desk):
        count += 1
    return count


def roll(office: Office) -> tuple[str, ...]:
    return programmes.roll(office.desk, office.clock.now)


def test_every_phrase_is_spoken_once_without_tones_and_kept(office):
    assert speak_all(office) == EVERY
    assert all(script.bare and script.language is Language.VI for script in office.studio.scripts)
    assert speak_all(office) == 0
    bank = phrases.bank(office.desk)
    assert [one.id for one in bank.phrases] == list(Phrase)
    assert [(one.id, one.text) for one in bank.villages] == [
        ("thon.khau-bang", "Khau-Bang"), ("thon.na-pai", "Na-Pai"), ("thon.coc-thoc", "Coc-Thoc")
    ]  # fmt: skip
    ready = (*bank.phrases, *bank.villages)
    assert all(one.clip and one.duration_ms == 30_000 and not one.recorded and one.error is None for one in ready)
    assert "roll" in office.kicks


def test_they_are_pinned_in_every_programme_and_change_it_only_when_they_are_ready(office):
    assert roll(office) == ("cum-a", "cum-b")
    assert office.doorbell.last_programme("cum-a").pinned == ()
    speak_all(office)
    assert roll(office) == ("cum-a", "cum-b")
    pinned = office.doorbell.last_programme("cum-b").pinned
    bank = phrases.bank(office.desk)
    assert {one.clip for one in pinned} == {one.clip for one in (*bank.phrases, *bank.villages)}
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
    assert speak_all(office) == EVERY
    assert {one.error for one in phrases.bank(office.desk).phrases} == {"crashed"}
    office.studio.refuse = None
    assert speak_all(office) == 0
    office.clock.now += AGAIN_AFTER
    assert speak_all(office) == EVERY
    assert {one.error for one in phrases.bank(office.desk).phrases} == {None}


def test_other_words_are_spoken_anew_and_the_old_clip_is_kept_until_then(office):
    speak_all(office)
    from controller.records.phrases import PhraseRow
    from tests.fakes.desk import COMMUNE

    with office.desk.writing() as session:
        session.get(PhraseRow, (COMMUNE, Phrase.STORM, Language.VI)).text = "Lời cũ."
    office.studio.refuse = "crashed"
    assert speak_all(office) == 1
    storm = next(one for one in phrases.bank(office.desk).phrases if one.id == Phrase.STORM)
    assert storm.clip is not None
    office.studio.refuse = None
    office.clock.now += AGAIN_AFTER
    assert speak_all(office) == 1


def upload(office: Office, content: bytes = b"OggS tay") -> str:
    return composing.keep_upload(office.desk, io.BytesIO(content), name="a.ogg").token


def record(office: Office, phrase: str, language: Language, content: bytes = b"OggS") -> str:
    token = upload(office, content + phrase.encode() + language.encode())
    phrases.take_recording(office.desk, OFFICER, phrase, language, token)
    return token


def view(office: Office, phrase: str, language: Language):
    bank = phrases.bank(office.desk, language)
    return next(one for one in (*bank.phrases, *bank.villages) if one.id == phrase)


def test_a_recording_becomes_a_phrase_before_anything_is_spoken_and_its_file_goes(office):
    token = record(office, Phrase.STORM, TAY)
    assert view(office, Phrase.STORM, TAY).coming
    assert phrases.render_next(office.desk)
    found = view(office, Phrase.STORM, TAY)
    assert (found.recorded, found.coming, found.duration_ms) == (True, False, 30_000)
    assert not (office.desk.uploads / token).exists()
    assert "render" in office.kicks


def test_a_recorded_phrase_is_pinned_only_where_it_is_understood(office):
    village_languages.set_languages(office.desk, OFFICER, {"khau-bang": (TAY, VI), "na-pai": (NUNG, VI)})
    speak_all(office)
    for language in (TAY, NUNG):
        record(office, Phrase.STORM, language)
    speak_all(office)
    roll(office)
    of = {language: view(office, Phrase.STORM, language).clip for language in (VI, TAY, NUNG)}
    pinned = {unit: {one.clip for one in office.doorbell.last_programme(unit).pinned} for unit in ("cum-a", "cum-b")}
    assert set(of.values()) <= pinned["cum-a"]
    assert pinned["cum-b"] & set(of.values()) == {of[VI], of[NUNG]}
    assert phrases.bank(office.desk, TAY).waiting == ("CUM-A",)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=1))
    assert phrases.bank(office.desk, TAY).holding == ("CUM-A",)
    counts = {one.language: (one.ready, one.of) for one in phrases.bank(office.desk).languages}
    assert counts == {VI: (EVERY, EVERY), TAY: (1, EVERY), NUNG: (1, EVERY)}


def test_what_a_person_said_in_vietnamese_is_not_spoken_over(office):
    speak_all(office)
    record(office, Phrase.STORM, VI)
    assert speak_all(office) == 1
    said = view(office, Phrase.STORM, VI)
    assert said.recorded
    from controller.records.phrases import PhraseRow
    from tests.fakes.desk import COMMUNE

    with office.desk.writing() as session:
        session.get(PhraseRow, (COMMUNE, Phrase.STORM, VI)).text = "Lời cũ."
    assert speak_all(office) == 0
    assert view(office, Phrase.STORM, VI).outdated
    phrases.drop_recording(office.desk, OFFICER, Phrase.STORM, VI)
    assert speak_all(office) == 1
    assert not view(office, Phrase.STORM, VI).recorded


def test_a_recording_that_is_refused_leaves_what_was_there(office):
    speak_all(office)
    before = view(office, Phrase.STORM, VI)
    office.studio.refuse = "silent"
    token = record(office, Phrase.STORM, VI)
    assert speak_all(office) == 1
    found = view(office, Phrase.STORM, VI)
    assert (found.clip, found.recorded, found.coming, found.error) == (before.clip, False, False, "silent")
    assert not (office.desk.uploads / token).exists()


def test_a_newer_recording_wins_over_one_that_is_being_made(office):
    first = record(office, Phrase.STORM, TAY, b"first")
    office.studio.meanwhile = lambda: (
        record(office, Phrase.STORM, TAY, b"second") and setattr(office.studio, "meanwhile", lambda: None)
    )
    assert phrases.render_next(office.desk)
    assert view(office, Phrase.STORM, TAY).clip is None
    assert phrases.render_next(office.desk)
    assert view(office, Phrase.STORM, TAY).clip is not None
    assert not (office.desk.uploads / first).exists()


def test_a_recording_that_was_lost_is_told(office):
    token = record(office, Phrase.STORM, TAY)
    (office.desk.uploads / token).unlink()
    speak_all(office)
    assert view(office, Phrase.STORM, TAY).error == "upload-lost"


@pytest.mark.parametrize(
    ("phrase", "token", "code"),
    [
        (Phrase.STORM, "upload-none", FaultCode.UPLOAD_MISSING),
        (Phrase.STORM, "", FaultCode.UPLOAD_MISSING),
        (Phrase.STORM, "../../etc/passwd", FaultCode.UPLOAD_MISSING),
        ("meteorite", None, FaultCode.PHRASE_UNKNOWN),
        (of_village("ha-noi"), None, FaultCode.PHRASE_UNKNOWN),
    ],
)
def test_a_recording_of_nothing_is_refused(office, phrase, token, code):
    with pytest.raises(Invalid) as error:
        phrases.take_recording(office.desk, OFFICER, phrase, TAY, upload(office) if token is None else token)
    assert error.value.faults[0].code == code


def test_a_file_that_waits_to_be_a_phrase_is_not_swept_away(office):
    token = record(office, Phrase.STORM, TAY)
    left = upload(office)
    office.clock.now = office.clock.now.replace(year=2030)
    assert composing.sweep_uploads(office.desk, office.clock.now) == 1
    assert (office.desk.uploads / token).exists()
    assert not (office.desk.uploads / left).exists()


def test_a_village_that_is_renamed_is_spoken_anew(office):
    speak_all(office)
    enrolment.add_village(office.desk, village="na-pai", name="Thôn Nà Pái")
    assert speak_all(office) == 1
    assert view(office, of_village("na-pai"), VI).text == "Thôn Nà Pái"


def test_no_more_is_pinned_than_a_programme_may_hold_and_the_own_villages_come_first(office):
    for number in range(MOST_PINNED):
        enrolment.add_village(office.desk, village=f"xa-{number}", name=f"Thôn xa {number}")
    speak_all(office)
    roll(office)
    pinned = {one.clip for one in office.doorbell.last_programme("cum-b").pinned}
    assert len(pinned) == MOST_PINNED
    bank = phrases.bank(office.desk)
    assert {one.clip for one in bank.phrases} <= pinned
    assert view(office, of_village("na-pai"), VI).clip in pinned
