"""What must hold for every text, not only for the cases that somebody thought of."""

import datetime as dt
import re
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audio.reading import read, read_line, sounded, spoken_lines
from audio.reading.normal_form import normalise

LETTERS = "abcdeghiklmnopqrstuvxyđăâêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
SPEAKABLE = re.compile(f"(?:[{LETTERS}fjwz{LETTERS.upper()}FJWZ]|[ .,?!;:])*")
VIETNAMESE = re.compile(f"(?:[{LETTERS}{LETTERS.upper()}]|[ .,?!;:])*")

WRITTEN = """UBND HĐND TT CT TP đ/c ngày tháng năm 3/4 18–19/9 7h30' 07h00 – 17h00 49/2024/NĐ-CP 50.000 đ/người 38,5°C
75 % - • ./. ( ) [ ] / // . , ; : ? ! … …… XVI khóa cấp III I V X thứ 4 2 1.200.000đ 5,5 tỷ 10–15 mm km/h 0912 345 678
114/115 1900 QL3 ĐT.258 Km12+500 Zalo VNeID covid-19 www.a.vn a@b.vn x 3x5 « » © 😀 漢字 ß ñ q w z f j Nguyễn THÔNG BÁO
từ đến mùng Tết âm lịch ÂL điểm a b) 1. I. TM. KT. 007 05 1.5 1,500 -5°C 2-1 5-10-3 24/7 24/24h T7 T9/2025 ² ³ ½"""
PIECES = st.sampled_from([*WRITTEN.split(), "\n", "\n\n", "\u00a0", "\u0301", "\u200b", "  "])
NOTICES = st.lists(PIECES, max_size=30).map(" ".join) | st.lists(PIECES, max_size=20).map("".join)
TEXTS = st.text(max_size=200) | NOTICES


@given(TEXTS)
@example("")
@example("\n")
@example("\ud800")
@example("\r\n \t\x00\x1b[0m")
@example("0" * 6000)
@example("1" * 6000 + " - " + "2" * 6000)
def test_no_text_raises_and_only_speakable_signs_come_out(text: str) -> None:
    reading = read(text)
    for line in (reading.spoken, *reading.lines):
        assert SPEAKABLE.fullmatch(line), line
        assert "  " not in line
        assert line == line.strip()


@given(TEXTS)
def test_a_voice_that_knows_only_vietnamese_is_given_only_its_letters(text: str) -> None:
    said = sounded(read(text).spoken)
    assert VIETNAMESE.fullmatch(said), said
    assert sounded(said) == said


@given(TEXTS)
def test_every_character_belongs_to_exactly_one_span(text: str) -> None:
    reading = read(text)
    assert reading.source == normalise(text)
    assert "".join(span.source for span in reading.spans) == reading.source
    at = 0
    for span in reading.spans:
        assert span.source_start == at < span.source_end
        assert span.source == reading.source[span.source_start : span.source_end]
        assert 0 <= span.confidence <= 1
        at = span.source_end


@given(TEXTS)
def test_what_is_not_said_says_that_it_is_not_said(text: str) -> None:
    for span in read(text).spans:
        assert bool(span.spoken) != (span.rule in ("space", "healed", "silent")), span


@given(TEXTS)
def test_reading_what_was_said_says_the_same(text: str) -> None:
    once = read(text).spoken
    assert read(once).spoken == once
    for line in spoken_lines(text):
        assert read_line(line).rstrip(".") == line.rstrip(".")


@given(TEXTS)
def test_one_spoken_line_for_every_line(text: str) -> None:
    reading = read(text)
    assert len(reading.lines) == reading.source.count("\n") + 1
    assert spoken_lines(text) == list(reading.lines)


@given(TEXTS)
def test_the_accents_of_another_keyboard_change_nothing(text: str) -> None:
    assert read(unicodedata.normalize("NFD", text)).spoken == read(unicodedata.normalize("NFC", text)).spoken


DIGIT = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}


def below_thousand(words: list[str]) -> int:
    """A number below 1,000 from its words: written apart from the reader, from the grammar of the spoken form."""
    total, pending = 0, 0
    for word in words:
        if word == "trăm":
            total, pending = pending * 100, 0
        elif word == "mươi":
            total, pending = total + pending * 10, 0
        elif word == "mười":
            total += 10
        elif word != "linh":
            pending = DIGIT[word]
    return total + pending


def number_from(words: list[str]) -> int:
    for name, scale in (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3)):
        if name in words:
            cut = len(words) - 1 - words[::-1].index(name)
            return number_from(words[:cut]) * scale + number_from(words[cut + 1 :])
    return below_thousand(words)


@given(st.integers(0, 10**12))
@example(10**12)
@example(1_000_005)
@example(21_024_015)
def test_every_number_reads_back(number: int) -> None:
    dotted = f"{number:,}".replace(",", ".")
    for written in (str(number), dotted, f"{dotted} đồng"):
        assert number_from(read_line(written).removesuffix(" đồng").split()) == number


def test_small_numbers_read_back_without_exception() -> None:
    for number in range(10_000):
        if number not in (113, 114):
            assert number_from(read_line(f"có {number} con").split()[1:-1]) == number


@given(st.integers(0, 10**6), st.integers(0, 99))
def test_decimals_read_back(whole: int, cents: int) -> None:
    said = read_line(f"{whole},{cents:02d} ha").removesuffix(" héc ta")
    head, tail = said.split(" phẩy ")
    assert number_from(head.split()) == whole
    assert number_from(tail.split()) == cents


MONTH = "mười một|mười hai|mười|một|hai|ba|tư|năm|sáu|bảy|tám|chín"
DATE = re.compile(rf"ngày (.+) tháng ({MONTH}) năm (.+)")


def days_of(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=index) for index in range((dt.date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("decade", range(1900, 2101, 10))
def test_every_date_of_two_centuries_reads_back(decade: int) -> None:
    days = [day for year in range(decade, min(decade + 10, 2101)) for day in days_of(year)]
    for day, said in zip(days, spoken_lines("\n".join(f"{day:%d/%m/%Y}" for day in days)), strict=True):
        match = DATE.fullmatch(said)
        assert match is not None, said
        assert tuple(map(number_from, map(str.split, match.groups()))) == (day.day, day.month, day.year)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_a_date_is_read_alike_however_it_is_written(day: dt.date) -> None:
    numbers = (day.day, day.month, day.year)
    bare = (f"{day:%d/%m/%Y}", "{}/{}/{}".format(*numbers), f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}")
    written = (*bare, *(f"ngày {spelling}" for spelling in bare), "ngày {} tháng {} năm {}".format(*numbers))
    assert len(set(spoken_lines("\n".join(written)))) == 1


@given(
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["{}h{:02d}", "{}g{:02d}", "{}:{:02d}", "{}h{:02d}'", "{} giờ {:02d}"]),
)
def test_every_time_is_read_alike_however_it_is_written(hour: int, minute: int, spelling: str) -> None:
    said = read_line("lúc " + spelling.format(hour, minute))
    match = re.fullmatch(r"lúc (.+) giờ(?: (.+) phút)?", said)
    assert match is not None, said
    assert number_from(match[1].split()) == hour
    assert (number_from(match[2].split()) if match[2] else 0) == minute


HOSTILE = {
    "digits": "1",
    "dots": ".",
    "grouped": "1.111",
    "dashes": "- ",
    "slashes": "1/",
    "spaces": " ",
    "capitals": "Đ",
    "capital letters": "AB",
    "roman": "MDCLXVI",
    "codes": "1/A-",
    "hosts": "a.",
    "mail": "a-",
    "at": "a@",
    "phones": "09 12 ",
    "brackets": "(",
    "times": "7h",
    "ranges": "1-2-",
    "accents": "e\u0301\u0323",
    "breaks": "ngày\n",
    "commas": "1,111,",
    "emoji": "😀",
    "letters": "nghiêng",
}


def steps(text: str) -> int:
    """How many functions the interpreter enters to read the text: its cost, without a clock."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        read(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_costs_at_most_about_twice(unit: str) -> None:
    half = unit * (1_000 // len(unit))
    assert steps(half + half) < 2.5 * steps(half) + 500


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_20000_character_text_is_read(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    assert SPEAKABLE.fullmatch(read(text).spoken)
