"""`loalang read`: line by line for people, span by span for programs."""

import io
import json

import pytest

from loalang import reading


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: bytes, *words: str) -> str:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert reading.main(words) == 0
    return capsys.readouterr().out


def test_each_line_is_said_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(monkeypatch, capsys, "UBND xã họp lúc 7h30.\n\nGọi 113.\n".encode())
    assert out.splitlines()[::2] == ["ủy ban nhân dân xã họp lúc bảy giờ ba mươi phút.", "Gọi một một ba."]


def test_the_spans_tile_the_source_and_name_their_rules(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(said(monkeypatch, capsys, "Họp TT xã lúc 7h.".encode(), "--json"))
    assert "".join(span["source"] for span in told["spans"]) == told["source"]
    assert {"rule", "confidence", "spoken", "source_start", "source_end"} <= told["spans"][0].keys()
    assert told["questions"][0]["source"] == "TT"
    assert len(told["questions"][0]["choices"]) > 1


def test_what_is_not_utf8_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\xfa")))
    assert reading.main(()) == 2
    assert "UTF-8" in capsys.readouterr().err
