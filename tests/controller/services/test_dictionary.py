"""The commune's dictionary: kept, found, changed, handed on as a list and taken in from one."""

import codecs
import unicodedata
from dataclasses import replace

import pytest

from controller.services import composing, corrections, dictionary, rendering, word_list
from controller.services.composing import NewBulletin
from controller.services.faults import FaultCode, Invalid
from controller.services.word_list import Change
from tests.fakes.desk import OFFICER, Office

OTHER = replace(OFFICER, id="user-2")


def put(office: Office, written: str, spoken: str, **more: object) -> str:
    return dictionary.put(office.desk, OFFICER, written=written, spoken=spoken, **more)


def held(office: Office, search: str = "") -> dict[str, str]:
    return {entry.written: entry.spoken for entry in dictionary.entries(office.desk, search=search)}


def codes(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in error.value.faults]


def test_an_entry_is_added_changed_and_taken_out(office):
    put(office, " BX ", "bến  xe")
    put(office, "BX", "bến xe khách")
    put(office, "BXK", "bến xe khách", instead_of="BX")
    assert held(office) == {"BXK": "bến xe khách"}
    dictionary.remove(office.desk, OFFICER, written="BXK")
    assert held(office) == {}


def test_it_is_written_down_who_wrote_an_entry_last_and_when(office):
    put(office, "BX", "bến xe")
    office.clock.move(days=1)
    dictionary.put_all(office.desk, OTHER, {"BX": "bến xe", "NC": "nương chè"})
    same, new = dictionary.entries(office.desk)
    assert (same.author, new.author) == ("user-1", "user-2")
    assert new.created_at - same.created_at == office.clock.now - same.created_at


def test_entries_are_decomposed_or_not_the_same(office):
    put(office, unicodedata.normalize("NFD", "ĐBKK"), unicodedata.normalize("NFD", "đặc biệt khó khăn"))
    put(office, "ĐBKK", "đặc biệt khó khăn")
    assert held(office) == {"ĐBKK": "đặc biệt khó khăn"}


@pytest.mark.parametrize("search", ["duong", "ĐƯỜNG", "đường lâm", "  dt ", "ĐT"])
def test_a_search_finds_without_marks_and_case_on_both_sides(office, search):
    put(office, "ĐT", "đường lâm nghiệp")
    put(office, "NVH", "nhà văn hóa")
    assert held(office, search) == {"ĐT": "đường lâm nghiệp"}


def test_entries_come_in_the_order_of_the_alphabet(office):
    for written in ("NC", "ĐT", "đb", "BX"):
        put(office, written, "a")
    assert list(held(office)) == ["BX", "đb", "ĐT", "NC"]


@pytest.mark.parametrize(
    ("written", "spoken", "fault"),
    [
        ("", "a", ("written", FaultCode.ENTRY_WRITTEN_INVALID)),
        ("4G", "bốn gờ", ("written", FaultCode.ENTRY_WRITTEN_INVALID)),
        ("=cmd()", "a", ("written", FaultCode.ENTRY_WRITTEN_INVALID)),
        ("BX", "", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("BX", "bến xe 2", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("BX", "<b>bến</b>", ("spoken", FaultCode.ENTRY_SPOKEN_INVALID)),
        ("B" * 61, "a", ("written", FaultCode.ENTRY_TOO_LONG)),
        ("BX", "a " * 101 + "b", ("spoken", FaultCode.ENTRY_TOO_LONG)),
    ],
)
def test_what_cannot_be_spoken_is_refused_beside_its_field(office, written, spoken, fault):
    with pytest.raises(Invalid) as error:
        put(office, written, spoken)
    assert codes(error) == [fault]
    assert held(office) == {}


def test_an_entry_that_is_gone_cannot_be_changed_or_taken_out(office):
    for act in (
        lambda: dictionary.remove(office.desk, OFFICER, written="BX"),
        lambda: put(office, "NC", "nương chè", instead_of="BX"),
    ):
        with pytest.raises(Invalid) as error:
            act()
        assert codes(error) == [("written", FaultCode.ENTRY_UNKNOWN)]
    assert held(office) == {}


def test_a_full_dictionary_takes_changes_and_no_more_entries(office, monkeypatch):
    monkeypatch.setattr(dictionary, "MOST_ENTRIES", 2)
    dictionary.put_all(office.desk, OFFICER, {"BX": "bến xe", "NC": "nương chè"})
    put(office, "BX", "bến xe khách")
    with pytest.raises(Invalid) as error:
        put(office, "NVH", "nhà văn hóa")
    assert codes(error) == [("", FaultCode.DICTIONARY_FULL)]


def test_a_change_is_heard_in_every_bulletin_that_waits_and_holds_the_word(office):
    made = composing.create_bulletin(office.desk, OFFICER, NewBulletin(text="Tập trung ở BX."))
    other = composing.create_bulletin(office.desk, OFFICER, NewBulletin(text="Tập trung ở bến."))
    while rendering.render_next(office.desk):
        pass
    office.kicks.clear()
    put(office, "BX", "bến xe")
    assert office.kicks == ["render"]
    assert rendering.render_next(office.desk)
    assert not rendering.render_next(office.desk)
    assert office.studio.scripts[-1].spoken_lines == ("Tập trung ở bến xe.",)
    assert not corrections.wording(office.desk, other).is_outdated
    dictionary.remove(office.desk, OFFICER, written="BX")
    assert composing.bulletin(office.desk, made).rendition.spoken == "Tập trung ở bê ích."


def test_what_is_exported_is_what_excel_reads_and_comes_back_unchanged(office):
    put(office, "VHTT", "văn hóa, thể thao")
    put(office, "BX", "bến xe")
    content = word_list.exported(office.desk)
    assert content == codecs.BOM_UTF8 + 'Viết,Đọc là\r\nBX,bến xe\r\nVHTT,"văn hóa, thể thao"\r\n'.encode()
    found = word_list.compared(office.desk, word_list.text_of(content))
    assert [line.change for line in found.lines] == [Change.SAME, Change.SAME]


@pytest.mark.parametrize(
    "content",
    [
        "BX,bến xe\nVHTT,văn hóa, thể thao\n".encode(),
        'BX;bến xe\r\nVHTT;"văn hóa, thể thao"'.encode(),
        "Viết\tĐọc là\tGhi chú\nBX\tbến xe\t\nVHTT\tvăn hóa, thể thao".encode("utf-16"),
        codecs.BOM_UTF8 + 'viet,doc la\n\n"BX,bến xe"\n"VHTT,""văn hóa, thể thao"""\n'.encode(),
        "BX,bến xe\rVHTT,văn hóa, thể thao\r".encode(),
    ],
    ids=["commas", "semicolons", "excel's unicode text", "one cell a line", "old mac"],
)
def test_a_list_is_read_however_excel_wrote_it(office, content):
    found = word_list.compared(office.desk, word_list.text_of(content))
    assert found.wanted == {"BX": "bến xe", "VHTT": "văn hóa, thể thao"}
    assert found.of(Change.REFUSED) == ()


def test_a_list_is_compared_before_anything_is_changed_and_bad_lines_keep_their_number(office):
    put(office, "BX", "bến xe")
    put(office, "NVH", "nhà văn hóa")
    text = "BX,bến xe khách\nNVH,nhà văn hóa\nNC,nương chè\n\nsai\n4G,bốn gờ\nTT2,hai 2\nBX,lần nữa\nAB,x,y;z"
    found = word_list.compared(office.desk, text)
    assert held(office) == {"BX": "bến xe", "NVH": "nhà văn hóa"}
    assert [(line.written, line.before) for line in found.of(Change.CHANGED)] == [("BX", "bến xe")]
    assert [line.written for line in found.of(Change.SAME)] == ["NVH"]
    assert [line.written for line in found.of(Change.ADDED)] == ["NC"]
    assert [(line.number, line.fault.code) for line in found.of(Change.REFUSED)] == [
        (5, FaultCode.LINE_UNREADABLE),
        (6, FaultCode.ENTRY_WRITTEN_INVALID),
        (7, FaultCode.ENTRY_SPOKEN_INVALID),
        (8, FaultCode.ENTRY_TWICE),
        (9, FaultCode.ENTRY_SPOKEN_INVALID),
    ]
    assert found.left_over == "sai\n4G,bốn gờ\nTT2,hai 2\nBX,lần nữa\nAB,x,y;z"


def test_taking_a_list_over_writes_the_good_lines_and_leaves_the_bad_ones(office):
    done = word_list.take_over(office.desk, OFFICER, "NC,nương chè\nsai")
    assert held(office) == {"NC": "nương chè"}
    assert done.left_over == "sai"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", FaultCode.LIST_EMPTY),
        (b" \r\n\t", FaultCode.LIST_EMPTY),
        (b"\xff\xfe", FaultCode.LIST_EMPTY),
        (b"PK\x03\x04\x00\x00\x08", FaultCode.LIST_UNREADABLE),
        ("bến xe".encode("cp1258", "replace") + b"\xff", FaultCode.LIST_UNREADABLE),
        (b"\xff\xfeA", FaultCode.LIST_UNREADABLE),
        (b"A,a\n" * 70_000, FaultCode.LIST_TOO_LARGE),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(content, code):
    with pytest.raises(Invalid) as error:
        word_list.text_of(content)
    assert codes(error) == [("list", code)]


def test_a_list_of_nothing_but_its_heading_is_empty(office):
    with pytest.raises(Invalid) as error:
        word_list.compared(office.desk, "Viết,Đọc là\n\n,\n")
    assert codes(error) == [("list", FaultCode.LIST_EMPTY)]


@pytest.mark.parametrize("line", ["x" * 200_000, '"' * 999, "\0", ",,,,", '"a', "a\x85b", "\ufeff", "𝔘,a", "a,\ud7ff"])
def test_no_line_breaks_the_reading_of_a_list(office, line):
    found = word_list.compared(office.desk, f"BX,bến xe\n{line}")
    assert found.wanted["BX"] == "bến xe"


def test_a_long_list_is_compared_whole(office):
    text = "\n".join(f"{chr(65 + i % 26)}{chr(65 + i // 26 % 26)}{chr(65 + i // 676)},a" for i in range(5000))
    assert len(word_list.compared(office.desk, text).wanted) == 5000
