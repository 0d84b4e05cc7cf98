"""What a file could do that has taken over the parser: the worker is asked to do it after it has sealed itself."""

import sys
from pathlib import Path
from tempfile import TemporaryFile

import msgspec
import pytest

from audio.child import Limits, run
from audio.documents import Bounds, Code, RefusedDocument, taking, text_of
from tests.fakes.office_files import docx, p

LIMITS = Limits(wall_s=20, cpu_s=10, memory_bytes=1 << 30, output_bytes=100_000)
BEGIN = """
import errno, os, sys
from audio.confinement.call_filter import SEALED, assemble
from audio.confinement.kernel import filter_calls
import ctypes, socket
C = ctypes.CDLL(None, use_errno=True)
machine = os.uname().machine
filter_calls(assemble(SEALED, machine), machine)
def attempt(name, action, *arguments):
    try:
        print(name, action(*arguments), flush=True)
    except OSError as error:
        print(name, errno.errorcode[error.errno], flush=True)
"""


def test_sealed_it_opens_nothing_that_is_there() -> None:
    """Not its own program, not a library, not a module, which it could read a moment before."""
    code = """
attempt("program", lambda: open(sys.executable, "rb"))
attempt("module", lambda: open(os.__file__))
attempt("library", lambda: open("/etc/ld.so.cache", "rb"))
attempt("machine", lambda: open("/proc/cpuinfo"))
attempt("folder", os.listdir, os.path.dirname(os.__file__))
attempt("exists", os.stat, sys.executable)
attempt("itself", os.execv, sys.executable, ["python", "-c", "pass"])
attempt("socket", socket.socket)
attempt("fork", os.fork)
print("reads", sys.stdin.read())
"""
    begin = taking._BEGIN.partition("from audio.documents")[0]
    with TemporaryFile() as source, TemporaryFile() as result:
        source.write(b"notice")
        source.seek(0)
        command = [sys.executable, "-I", "-c", begin + BEGIN + code]
        run(command, source=source, result=result, limits=LIMITS)
        result.seek(0)
        said = dict(line.split(" ", 1) for line in result.read().decode().splitlines())
    assert said.pop("reads") == "notice"
    assert len(said) == 9
    assert set(said.values()) == {"EPERM"}, said


@pytest.mark.parametrize(
    "said",
    [
        "b''",
        "b'{'",
        "b'[]'",
        "b'{\"text\":1}'",
        'b\'{"kind":"exe","text":"a"}\'',
        "b'\\xff' * 50",
        "b'[' * 90_000",
    ],
)
def test_what_the_worker_says_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str) -> None:
    monkeypatch.setattr(taking, "_BEGIN", f"import sys; sys.stdout.buffer.write({said})")
    (tmp_path / "notice").write_bytes(docx(p("x")))
    with pytest.raises(RefusedDocument) as caught:
        text_of(tmp_path / "notice")
    assert caught.value.code is Code.DAMAGED


def test_a_longer_text_than_asked_for_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = msgspec.json.encode({"text": "a" * 200, "kind": "docx"})
    monkeypatch.setattr(taking, "_BEGIN", f"import sys; sys.stdout.buffer.write({said!r})")
    (tmp_path / "notice").write_bytes(docx(p("x")))
    with pytest.raises(RefusedDocument) as caught:
        text_of(tmp_path / "notice", bounds=Bounds(characters=100))
    assert caught.value.code is Code.TOO_LARGE


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ("os.abort()", Code.DAMAGED),
        ("sys.exit(3)", Code.DAMAGED),
        ("bytearray(2 << 30)", Code.DAMAGED),
        ("ctypes.string_at(0)", Code.DAMAGED),
        ("signal.pause()", Code.TOO_SLOW),
        ("[1 for _ in iter(int, 1)]", Code.TOO_SLOW),
        ("sys.stdout.write('x' * 10_000_000)", Code.DAMAGED),
    ],
)
def test_however_the_worker_ends_there_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ends: str, code: Code
) -> None:
    monkeypatch.setattr(taking, "_BEGIN", f"import ctypes, os, signal, sys; {ends}")
    (tmp_path / "notice").write_bytes(docx(p("x")))
    with pytest.raises(RefusedDocument) as caught:
        text_of(tmp_path / "notice", bounds=Bounds(wall_s=3.0, cpu_s=1))
    assert caught.value.code is code
