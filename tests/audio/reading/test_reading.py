"""Spans, questions, lines, and a commune's own words."""

import unicodedata

import pytest

from audio.reading import DEFAULT, BadEntryError, read, read_line, spoken_lines
from audio.reading.abbreviations import parse
from audio.reading.normal_form import normalise
from audio.reading.numbers import LARGEST, cardinal
from audio.reading.roman import parse as roman

FIELD_SINGLE = """UBND HĐND MTTQ UBMTTQ BTV BCĐ PCT TDP TX CCB LHPN HTX NĐ QĐ NQ TB KH CV CCCD TTHC BHYT BHXH THCS THPT
MN TYT KCB ATTP ATGT ANTT PCCC PCCCR CNCH PCTT&TKCN PTDS KTTV ATNĐ NTM DTTS MTQG NVQS DTLCP LMLM BVTV CĐS CNTT SĐT QL TL
GPMB QSDĐ NCT"""

FIELD_AMBIGUOUS = {
    "TT": ("thông tư", "thị trấn", "thông tin"),
    "CT": ("chủ tịch", "chỉ thị", "chương trình"),
    "TP": ("thành phố", "trưởng phòng"),
    "BCH": ("ban chấp hành", "ban chỉ huy"),
    "ĐT": ("đường tỉnh", "điện thoại"),
    "TH": ("tiểu học", "trường hợp"),
    "đ/c": ("đồng chí", "địa chỉ"),
}


@pytest.mark.parametrize("written", FIELD_SINGLE.split())
def test_an_abbreviation_of_the_field_has_its_one_reading(written: str) -> None:
    reading = read(f"Theo {written} của xã.")
    (span,) = [span for span in reading.spans if span.source == written]
    assert span.rule == "abbreviation"
    assert not span.is_unsure
    assert span.is_changed
    assert not reading.questions


@pytest.mark.parametrize(("written", "choices"), FIELD_AMBIGUOUS.items(), ids=FIELD_AMBIGUOUS)
def test_an_ambiguous_abbreviation_is_asked_about_and_read_unsurely(written: str, choices: tuple[str, ...]) -> None:
    reading = read(f"Mời {written} đến dự.")
    (question,) = reading.questions
    assert question.source == written
    assert question.choices[: len(choices)] == choices
    assert question.chosen in choices
    (span,) = [span for span in reading.spans if span.source == written]
    assert span.is_unsure
    assert span.spoken == question.chosen
    assert (question.source_start, question.source_end) == (span.source_start, span.source_end)


@pytest.mark.parametrize("written", FIELD_AMBIGUOUS)
def test_an_answered_question_is_not_asked_again(written: str) -> None:
    answered = DEFAULT.with_entries({written: FIELD_AMBIGUOUS[written][1]})
    reading = read(f"Mời {written} đến dự.", answered)
    assert reading.spoken == f"Mời {FIELD_AMBIGUOUS[written][1]} đến dự."
    assert not reading.questions


def test_a_commune_lays_its_words_over_the_shipped_ones() -> None:
    ours = DEFAULT.with_entries(
        {"ĐLHTr": "điện lực Hà Trung", "UBND": "ủy ban", "Nà Lùng": "nà lùng nhỏ", "Zalo": "a lô"}
    )
    assert read("ĐLHTr và UBND, Nà Lùng, ZALO", ours).lines == ("điện lực Hà Trung và ủy ban, nà lùng nhỏ, a lô",)
    assert read_line("UBND") == "ủy ban nhân dân"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [("", "a"), ("  ", "a"), ("5", "a"), ("XYZ", "số 5"), ("XYZ", ""), ("XYZ", "wifi"), ("XYZ", "a/b")],
)
def test_an_entry_that_cannot_be_spoken_is_refused(written: str, spoken: str) -> None:
    with pytest.raises(BadEntryError):
        DEFAULT.with_entries({written: spoken})


def test_an_entry_may_come_decomposed() -> None:
    ours = DEFAULT.with_entries(
        {unicodedata.normalize("NFD", "ĐBKK"): unicodedata.normalize("NFD", "đặc biệt khó khăn")}
    )
    assert read("xã ĐBKK", ours).spoken == "xã đặc biệt khó khăn."


def test_every_shipped_reading_is_said_as_it_stands() -> None:
    tables = (DEFAULT.single, DEFAULT.codes, DEFAULT.units, DEFAULT.currencies, DEFAULT.foreign)
    for spoken in {reading for table in tables for reading in table.values()}:
        assert read_line(spoken) == spoken
    for entry in DEFAULT.ambiguous.values():
        assert entry.default in entry.choices
        readings = [reading for _, reading in (*entry.preceded_by, *entry.followed_by)]
        assert set(readings) <= set(entry.choices)


def test_a_file_with_an_unspeakable_reading_does_not_load() -> None:
    with pytest.raises(BadEntryError, match="UBND"):
        parse('[single]\n"UBND" = "ủy ban 1"\n[ambiguous]\n[codes]\n[units]\n[currencies]\n[foreign]\n')


def test_a_break_inside_a_sentence_is_healed() -> None:
    text = "Thực hiện Kế hoạch của Ủy ban nhân dân xã về việc tiêm phòng, ngày\n20/9/2025 tổ chức tại\nnhà văn hóa."
    reading = read(text)
    assert reading.spoken == (
        "Thực hiện Kế hoạch của Ủy ban nhân dân xã về việc tiêm phòng, ngày hai mươi tháng chín năm hai nghìn không "
        "trăm hai mươi lăm tổ chức tại nhà văn hóa."
    )
    assert [span.rule for span in reading.spans if "\n" in span.source] == ["healed", "healed"]
    assert len(reading.lines) == 3
    assert reading.lines[1].startswith("hai mươi tháng chín")


def test_a_true_break_is_a_pause_and_list_marks_are_silent() -> None:
    reading = read("KÍNH MỜI BÀ CON\n- Thời gian: 8h\n\n- Địa điểm: thôn 2;\n1. Họp thôn")
    assert reading.spoken == "kính mời bà con. Thời gian: tám giờ. Địa điểm: thôn hai; một. Họp thôn."
    assert reading.lines == ("kính mời bà con", "Thời gian: tám giờ", "", "Địa điểm: thôn hai;", "một. Họp thôn")
    assert [span.source.strip() for span in reading.spans if span.rule == "silent"] == ["-", "-"]


def test_a_sign_without_a_sound_keeps_a_silent_span() -> None:
    (silent,) = [span for span in read("Chúc mừng 😀!").spans if span.rule == "silent"]
    assert (silent.source, silent.spoken) == ("😀", "")


def test_a_span_that_runs_over_a_healed_break_is_said_where_it_begins() -> None:
    text = "Nhân dân toàn xã chuẩn bị đón lễ, thời gian bắt đầu từ ngày\n18 -\n19/9"
    assert sum("mười tám" in line for line in spoken_lines(text)) == 1
    assert len(spoken_lines(text)) == 3


def test_nothing_gives_nothing() -> None:
    reading = read("")
    assert (reading.spoken, reading.lines, reading.spans, reading.questions) == ("", ("",), (), ())
    assert read_line("") == ""
    assert spoken_lines("\n") == ["", ""]


def test_several_lines_as_one_are_sentences() -> None:
    assert read_line("Kính mời\nTrân trọng") == "Kính mời. Trân trọng."


def test_an_unknown_name_in_capitals_is_spelled_and_shown_to_the_officer() -> None:
    (span,) = [span for span in read("Công ty XKVT mời họp").spans if span.source == "XKVT"]
    assert span.spoken == "ích ca vê tê"
    assert span.is_unsure


def test_numbers_outside_the_named_range_are_refused() -> None:
    assert cardinal(LARGEST).startswith("chín trăm")
    for number in (-1, LARGEST + 1):
        with pytest.raises(ValueError, match="have a name"):
            cardinal(number)


@pytest.mark.parametrize(
    ("letters", "number"), [("IV", 4), ("XVI", 16), ("MCMXCIX", 1999), ("IIII", None), ("VX", None), ("", None)]
)
def test_roman_numerals_are_parsed_only_when_well_formed(letters: str, number: int | None) -> None:
    assert roman(letters) == number


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＵＢＮＤ\u00a0xã", "UBND xã"),
        ("mục ①, khóa Ⅳ", "mục 1, khóa IV"),
        ("⅓ diện tích", "1/3 diện tích"),
        ("38℃ — ‘mưa’", "38°C – 'mưa'"),
        ("Ðiện\u200b lực\u00ad\r\n", "Điện lực\n"),
        ("tha\u0301ng ٣", "tháng 3"),
    ],
)
def test_one_spelling_for_every_sign(written: str, plain: str) -> None:
    assert normalise(written) == plain
