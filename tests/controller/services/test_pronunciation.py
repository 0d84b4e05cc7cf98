"""What will be said: the dictionary and the decisions of one bulletin, laid over what the reader knows."""

import pytest

from audio.reading import DEFAULT, BadEntryError
from controller.domain.rendition import RenditionStatus
from controller.records.bulletins import RenditionRow
from controller.records.dictionary import DictionaryRow
from controller.services import composing, corrections, dictionary, planning, pronunciation, rendering
from controller.services.composing import NewBulletin
from controller.services.corrections import Answer
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.planning import NewPlan, Now
from schedules.vocabulary import BroadcastClass
from tests.fakes.desk import OFFICER, Office

TWO_MEANINGS = "Theo TT số 39/2020, TT Phủ Thông họp."


def create(office: Office, text: str, **more: object) -> str:
    return composing.create_bulletin(office.desk, OFFICER, NewBulletin(text=text, **more))


def lines(office: Office, text: str, decided: dict[str, str] | None = None) -> tuple[str, ...]:
    return pronunciation.preview(office.desk, text, decided or {}).lines


def asked(office: Office, made: str) -> dict[str, str]:
    """The open questions: mark and likely reading."""
    found = corrections.questions_of(corrections.wording(office.desk, made).reading)
    return {mark: question.chosen for mark, question in found.items()}


def answers(office: Office, made: str, *spoken: str, always: bool = False) -> list[Answer]:
    return [
        Answer(place=mark, spoken=words, always=always)
        for mark, words in zip(asked(office, made), spoken, strict=False)
    ]


def codes(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in error.value.faults]


def ready(office: Office, text: str) -> str:
    made = create(office, text)
    assert rendering.render_next(office.desk)
    return made


def status(office: Office, made: str) -> RenditionStatus:
    return composing.bulletin(office.desk, made).rendition.status


def plan(office: Office, made: str, **more: object) -> planning.Planned:
    new = NewPlan(bulletin=made, villages=("khau-bang",), when=Now(), **more)
    return planning.plan(office.desk, OFFICER, new)


def test_the_dictionary_lies_over_the_reader_and_a_bulletin_over_the_dictionary(office):
    assert lines(office, "Tiêm LMLM") == ("Tiêm lở mồm long móng",)
    dictionary.put(office.desk, OFFICER, written="LMLM", spoken="long móng")
    assert lines(office, "Tiêm LMLM") == ("Tiêm long móng",)
    assert lines(office, "Tiêm LMLM", {"LMLM": "lở mồm"}) == ("Tiêm lở mồm",)


def test_an_entry_settles_what_was_ambiguous(office):
    assert pronunciation.preview(office.desk, "TT báo").questions
    dictionary.put(office.desk, OFFICER, written="TT", spoken="thị trấn")
    found = pronunciation.preview(office.desk, "TT báo")
    assert (found.questions, found.lines) == ((), ("thị trấn báo",))
    assert [span.rule for span in found.spans][:1] == [pronunciation.FROM_DICTIONARY]


def test_what_the_reader_cannot_look_up_is_decided_by_what_is_written(office):
    assert lines(office, "Mở 24/7 ở QL3", {"24/7": "suốt ngày đêm", "QL3": "đường mới"}) == (
        "Mở suốt ngày đêm ở đường mới",
    )
    dictionary.put(office.desk, OFFICER, written="QL3", spoken="đường cũ")
    assert lines(office, "Đi QL3, rồi QL4") == ("Đi đường cũ, rồi quốc lộ bốn",)


def test_a_span_keeps_its_place_and_the_reading_its_tiling(office):
    found = pronunciation.preview(office.desk, TWO_MEANINGS, {"39/2020": "ba chín"})
    assert "".join(span.source for span in found.spans) == found.source
    assert "ba chín" in found.spoken


def test_an_entry_that_a_newer_reader_refuses_silences_no_bulletin(office):
    with office.desk.writing() as session:
        row = {"commune": office.desk.commune, "author": OFFICER.id, "created_at": office.clock.now}
        session.add(DictionaryRow(written="4G", spoken="bốn gờ", **row))
        session.add(DictionaryRow(written="BH", spoken="8", **row))
        session.add(DictionaryRow(written="BX", spoken="bến xe", **row))
    with pytest.raises(BadEntryError):
        DEFAULT.with_entries({"BH": "8"})
    assert lines(office, "Đến BX") == ("Đến bến xe",)


def test_a_question_is_open_until_a_person_answers_and_nothing_is_planned_before(office):
    made = ready(office, TWO_MEANINGS)
    assert list(asked(office, made).values()) == ["thông tư", "thị trấn"]
    (fault,) = planning.check(office.desk, NewPlan(bulletin=made, villages=("khau-bang",), when=Now())).faults
    assert (fault.field, fault.code, dict(fault.values)) == (
        "bulletin",
        FaultCode.READING_QUESTIONS_OPEN,
        {"count": 2},
    )
    with pytest.raises(Invalid):
        plan(office, made)
    assert corrections.answer(office.desk, OFFICER, made, answers(office, made, "thông tư")) == 1
    with pytest.raises(Invalid):
        plan(office, made)
    assert corrections.answer(office.desk, OFFICER, made, answers(office, made, "thị trấn")) == 0
    assert plan(office, made).broadcast


def test_a_confirmed_likely_reading_keeps_the_voice_and_another_one_makes_it_anew(office):
    made = ready(office, TWO_MEANINGS)
    corrections.answer(office.desk, OFFICER, made, answers(office, made, "thông tư"))
    assert status(office, made) is RenditionStatus.READY
    corrections.answer(office.desk, OFFICER, made, answers(office, made, "thông tin"))
    assert status(office, made) is RenditionStatus.PENDING
    rendering.render_next(office.desk)
    assert office.studio.scripts[-1].spoken_lines == (
        "Theo thông tư số ba mươi chín năm hai nghìn không trăm hai mươi, thông tin Phủ Thông họp.",
    )
    assert composing.bulletin(office.desk, made).rendition.spoken == office.studio.scripts[-1].spoken_lines[0]


def test_one_abbreviation_may_mean_two_things_in_one_text(office):
    made = ready(office, TWO_MEANINGS)
    corrections.answer(office.desk, OFFICER, made, answers(office, made, "thông tin", "thông tư"))
    assert corrections.wording(office.desk, made).reading.lines == (
        "Theo thông tin số ba mươi chín năm hai nghìn không trăm hai mươi, thông tư Phủ Thông họp.",
    )


def test_an_answer_for_ever_goes_into_the_dictionary_and_leaves_other_answers_alone(office):
    made, other = ready(office, TWO_MEANINGS), ready(office, "TT mời bà con họp.")
    first, second = answers(office, made, "thông tư", "thị trấn")
    corrections.answer(office.desk, OFFICER, made, [first, Answer(place=second.place, spoken="thị trấn", always=True)])
    assert corrections.wording(office.desk, made).reading.lines[0].startswith("Theo thông tư số")
    assert asked(office, other) == {}
    assert corrections.wording(office.desk, other).reading.lines == ("thị trấn mời bà con họp.",)
    assert [entry.written for entry in dictionary.entries(office.desk)] == ["TT"]


def test_an_answer_in_ones_own_words_is_checked(office):
    made = ready(office, "TT mời bà con họp.")
    for spoken in ("TT 1", "trung tâm 3", "x" * 300):
        with pytest.raises(Invalid) as error:
            corrections.answer(office.desk, OFFICER, made, answers(office, made, spoken))
        assert codes(error)[0][0] == f"answer-{next(iter(asked(office, made)))}"
    assert corrections.answer(office.desk, OFFICER, made, answers(office, made, "trung  tâm")) == 0
    assert corrections.wording(office.desk, made).reading.lines == ("trung tâm mời bà con họp.",)


def test_an_answer_about_a_place_that_is_gone_is_passed_over(office):
    made = ready(office, "TT mời bà con họp.")
    assert corrections.answer(office.desk, OFFICER, made, [Answer(place="0" * 16, spoken="thị trấn")]) == 1


def test_an_answer_lives_as_long_as_the_words_around_it(office):
    made = create(office, TWO_MEANINGS)
    corrections.answer(office.desk, OFFICER, made, answers(office, made, "thông tư", "thị trấn"))
    composing.edit_bulletin(office.desk, OFFICER, made, NewBulletin(text=TWO_MEANINGS + "\nMời bà con đến dự."))
    assert asked(office, made) == {}
    composing.edit_bulletin(office.desk, OFFICER, made, NewBulletin(text="Theo TT số 40/2021, TT Phủ Thông họp."))
    assert len(asked(office, made)) == 2


def test_a_correction_holds_in_its_bulletin_alone_and_can_be_taken_back(office):
    made, other = ready(office, "UBND xã mời họp."), ready(office, "UBND xã mời họp.")
    corrections.correct(office.desk, OFFICER, made, written="UBND", spoken="ủy ban")
    assert corrections.wording(office.desk, made).reading.lines == ("ủy ban xã mời họp.",)
    assert corrections.wording(office.desk, other).reading.lines == ("ủy ban nhân dân xã mời họp.",)
    assert status(office, made) is RenditionStatus.PENDING
    assert "render" in office.kicks
    corrections.withdraw(office.desk, OFFICER, made, written="UBND")
    assert corrections.wording(office.desk, made).reading.lines == ("ủy ban nhân dân xã mời họp.",)


def test_a_correction_of_one_place_leaves_the_others(office):
    made = create(office, "UBND xã mời họp. UBND huyện dự.")
    found = corrections.wording(office.desk, made).reading
    mark = next(mark for mark, place in pronunciation.places(found, "UBND").items() if place.endswith("| huyện dự."))
    corrections.correct(office.desk, OFFICER, made, written="UBND", spoken="ủy ban", place=mark)
    assert corrections.wording(office.desk, made).reading.lines == ("ủy ban nhân dân xã mời họp. ủy ban huyện dự.",)
    corrections.withdraw(office.desk, OFFICER, made, written="UBND", place=mark)
    assert corrections.wording(office.desk, made).corrections == {}


@pytest.mark.parametrize(
    ("written", "spoken", "fault"),
    [
        ("", "ủy ban", ("written", FaultCode.ENTRY_WRITTEN_INVALID)),
        (" . ", "ủy ban", ("written", FaultCode.ENTRY_WRITTEN_INVALID)),
        ("UBND", "", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("UBND", "uỷ ban 3", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("UBND", "ủy ban; xã", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("UBND", "委員会", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("U" * 61, "ủy ban", ("written", FaultCode.ENTRY_TOO_LONG)),
        ("UBND", "ủy " * 70, ("spoken", FaultCode.ENTRY_TOO_LONG)),
        ("HĐND", "hội đồng", ("written", FaultCode.ENTRY_NOT_IN_TEXT)),
    ],
)
def test_a_bad_correction_changes_nothing_and_says_why(office, written, spoken, fault):
    made = create(office, "UBND xã mời họp.")
    with pytest.raises(Invalid) as error:
        corrections.correct(office.desk, OFFICER, made, written=written, spoken=spoken)
    assert codes(error) == [fault]
    assert corrections.wording(office.desk, made).corrections == {}


def test_decisions_made_while_writing_come_with_the_bulletin_and_only_good_ones(office):
    made = create(office, "UBND xã.", corrections={"UBND": "ủy ban", "xã": "commune 1", "a\nb|c": ""})
    wording = corrections.wording(office.desk, made)
    assert (wording.reading.lines, wording.corrections) == (("ủy ban xã.",), {"UBND": "ủy ban"})


def test_a_planned_bulletin_is_as_it_was_heard(office):
    made = ready(office, "UBND xã mời họp.")
    plan(office, made)
    dictionary.put(office.desk, OFFICER, written="UBND", spoken="ủy ban")
    wording = corrections.wording(office.desk, made)
    assert wording.is_outdated
    assert wording.spoken == "ủy ban nhân dân xã mời họp."
    assert status(office, made) is RenditionStatus.READY
    for act in (
        lambda: corrections.correct(office.desk, OFFICER, made, written="UBND", spoken="ủy ban"),
        lambda: corrections.withdraw(office.desk, OFFICER, made, written="UBND"),
        lambda: corrections.answer(office.desk, OFFICER, made, []),
    ):
        with pytest.raises(Invalid) as error:
            act()
        assert codes(error) == [("", FaultCode.BULLETIN_PLANNED)]


def test_a_program_and_an_emergency_take_the_likely_reading(office):
    made = ready(office, "TT mời bà con họp.")
    office.unlock()
    assert plan(office, made, class_=BroadcastClass.EMERGENCY).broadcast
    made = ready(office, "TT mời bà con họp.")
    assert plan(office, made, likely_readings=True).broadcast


def test_a_recording_has_no_reading_to_decide_about(office):
    import io

    token = composing.keep_upload(office.desk, io.BytesIO(b"OggS"), name="a").token
    made = composing.create_bulletin(office.desk, OFFICER, NewBulletin(upload=token, title="TT"))
    assert corrections.wording(office.desk, made) is None
    assert corrections.wording(office.desk, "bulletin-x") is None
    for bulletin in (made, "bulletin-x"):
        with pytest.raises(Invalid) as error:
            corrections.correct(office.desk, OFFICER, bulletin, written="TT", spoken="thị trấn")
        assert codes(error) == [("", FaultCode.BULLETIN_UNKNOWN)]


def test_a_voice_that_is_being_made_is_dropped_when_a_reading_changes_meanwhile(office):
    made = create(office, "UBND xã mời họp.")
    office.studio.meanwhile = lambda: (
        corrections.correct(office.desk, OFFICER, made, written="UBND", spoken="ủy ban")
        if len(office.studio.scripts) == 1
        else None
    )
    rendering.render_next(office.desk)
    assert status(office, made) is RenditionStatus.PENDING
    rendering.render_next(office.desk)
    assert office.studio.scripts[-1].spoken_lines == ("ủy ban xã mời họp.",)


def test_a_text_of_an_older_desk_is_spoken_as_it_stands(office):
    made = create(office, "Một.\nHai.")
    with office.desk.writing() as session:
        session.get(RenditionRow, (office.desk.commune, made, "vi")).spoken = ""
    rendering.render_next(office.desk)
    assert office.studio.scripts[-1].spoken_lines is None


def test_a_mark_is_a_field_name_and_a_fault_is_no_entry():
    assert isinstance(pronunciation.checked("?", "a", everywhere=True), Fault)
    assert pronunciation.checked(" TT ", " thị  trấn ", everywhere=True) == ("TT", "thị trấn")
    assert isinstance(pronunciation.checked("4G", "bốn gờ", everywhere=True), Fault)
    assert pronunciation.checked("4G", "bốn gờ", everywhere=False) == ("4G", "bốn gờ")
    assert pronunciation.mark_of("a").isalnum()
