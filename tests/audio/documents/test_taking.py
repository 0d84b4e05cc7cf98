import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.child import ChildFailed, Fault
from audio.documents import Bounds, DocumentKind, text_of
from audio.documents.worker import take
from tests.audio.documents.conftest import Taken
from tests.fakes.office_files import docx, odt, p
from tests.fakes.pdf_files import Line, pdf

WORD = docx(p("Mời bà con đến họp thôn"))
PRINTED = pdf([[Line(60, 700, "Mời bà con đến họp thôn")]])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (docx(p("Mời bà con đến họp thôn")), DocumentKind.WORD),
        (odt("<text:p>Mời bà con đến họp thôn</text:p>"), DocumentKind.OPEN_DOCUMENT),
        (pdf([[Line(60, 700, "Mời bà con đến họp thôn")]]), DocumentKind.PDF),
        (b"\n\n" + pdf([[Line(60, 700, "Mời bà con đến họp thôn")]]), DocumentKind.PDF),
        ("Mời bà con đến họp thôn\r\n".encode(), DocumentKind.PLAIN),
    ],
    ids=["docx", "odt", "pdf", "pdf after a blank line", "txt"],
)
def test_each_kind_is_recognised_by_content_and_read_in_confinement(
    taken: Taken, data: bytes, kind: DocumentKind
) -> None:
    found = taken(data)
    assert (found.text, found.kind) == ("Mời bà con đến họp thôn", kind)


@given(head=st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0"]), tail=st.binary(max_size=2000))
def test_whatever_the_bytes_the_worker_answers(head: bytes, tail: bytes) -> None:
    answer = take(io.BytesIO(head + tail), Bounds())
    assert (answer.kind is None) != (answer.refused is None)


@given(before=st.binary(max_size=40), place=st.integers(0, 1500), after=st.binary(max_size=40))
def test_whatever_is_changed_in_a_notice_the_worker_answers(before: bytes, place: int, after: bytes) -> None:
    for whole in (WORD, PRINTED):
        answer = take(io.BytesIO(whole[:place] + before + whole[place + len(after) :]), Bounds())
        assert (answer.kind is None) != (answer.refused is None)


def test_a_worker_that_cannot_start_is_not_the_file_s_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notice").write_bytes(docx(p("x")))
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(ChildFailed) as caught:
        text_of(tmp_path / "notice")
    assert caught.value.fault is Fault.NOT_STARTED


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        text_of(tmp_path / "notice")
