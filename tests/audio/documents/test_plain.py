import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.documents import Code, DocumentKind
from audio.documents.plain import decode
from audio.documents.tidying import tidy
from audio.reading import decoded
from tests.audio.documents.conftest import Refused, Taken

TEXT = "Ủy ban nhân dân xã thông báo:\nmời bà con đến họp lúc 7 giờ 30 ngày 23/11 tại nhà văn hóa thôn Đồng Ươm."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_dress(taken: Taken, encoding: str) -> None:
    found = taken(TEXT.replace("\n", "\r\n").encode(encoding))
    assert (found.text, found.kind) == (TEXT, DocumentKind.PLAIN)


def test_windows_1258_is_recognised_by_its_words_afterwards(taken: Taken) -> None:
    marks = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    written = "".join(_for_1258(letter, marks) for letter in TEXT)
    found = taken(written.encode("cp1258"))
    assert decoded(found.text).text == TEXT
    assert decoded(found.text).encoding is not None


def _for_1258(letter: str, marks: set[str]) -> str:
    """Windows keeps the tone apart and the rest of the letter whole."""
    import unicodedata

    apart = unicodedata.normalize("NFD", letter)
    tone = "".join(sign for sign in apart if sign in marks)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in marks)) + tone


def test_tcvn3_passes_through_as_it_is_pasted(taken: Taken) -> None:
    pasted = "ñy ban nh©n d©n x· th«ng b¸o: mêi bµ con ®Õn häp t¹i nhµ v¨n hãa th«n"
    found = taken(pasted.encode("cp1252"))
    assert decoded(found.text).text == "ủy ban nhân dân xã thông báo: mời bà con đến họp tại nhà văn hóa thôn"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.NO_TEXT),
        (b"\n\n 12/11 \n", Code.NO_TEXT),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, Code.NOT_A_DOCUMENT),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), Code.NOT_A_DOCUMENT),
        (b"<!DOCTYPE html><p>Th\xc3\xb4ng b\xc3\xa1o", Code.NOT_A_DOCUMENT),
        (b"\xef\xbb\xbf <HTML>Th\xc3\xb4ng", Code.NOT_A_DOCUMENT),
        (b"<?xml version='1.0'?><svg/>", Code.NOT_A_DOCUMENT),
        (b"ID3\x04" + bytes(500), Code.NOT_A_DOCUMENT),
        (b"PK\x05\x06" + bytes(18), Code.NOT_A_DOCUMENT),
        (b"{\\rtf1\\ansi Th\\'f4ng b\\'e1o}", Code.OLD_WORD),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le"), Code.OLD_WORD),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"), Code.PROTECTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le"), Code.NOT_A_DOCUMENT),
        (b"a" * 401, Code.TOO_LARGE),
        (b"a" * 101, Code.TOO_LARGE),
    ],
    ids=["empty", "figures", "png", "jpeg", "html", "html with mark", "svg", "mp3", "empty zip", "rtf", "doc",
         "locked docx", "xls", "many bytes", "many letters"],
)  # fmt: skip
def test_what_is_refused(refused: Refused, data: bytes, code: Code) -> None:
    assert refused(data, characters=100 if code is Code.TOO_LARGE else 5000) is code


def test_a_large_file_is_not_even_read(refused: Refused) -> None:
    assert refused(b"%PDF-1.7" + bytes(2000), file_bytes=1000) is Code.TOO_LARGE


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_none(data: bytes) -> None:
    found = decode(data)
    assert found is None or isinstance(tidy(found), str)


@given(st.text(max_size=200))
def test_tidying_is_done_once(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "\r" not in once
    assert "\n\n\n" not in once
