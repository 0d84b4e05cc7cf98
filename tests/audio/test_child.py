import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from audio import child
from audio.child import ChildFailed, Fault, Limits, Reach, run
from audio.confinement.degree import LIMITS_ONLY, Confinement
from audio.confinement.plan import NOT_STARTED

LIMITS = Limits(wall_s=20, cpu_s=10, memory_bytes=512 << 20, output_bytes=1_000_000)


def _run(code: str, limits: Limits = LIMITS) -> bytes:
    with TemporaryFile() as result:
        run([sys.executable, "-c", code], source=None, result=result, limits=limits)
        result.seek(0)
        return result.read()


def _fault(code: str, limits: Limits = LIMITS) -> tuple[Fault, str]:
    with pytest.raises(ChildFailed) as caught:
        _run(code, limits)
    return caught.value.fault, caught.value.detail


def test_input_goes_in_and_output_comes_out() -> None:
    with TemporaryFile() as source, TemporaryFile() as result:
        source.write(b"xin ch\xc3\xa0o")
        source.seek(0)
        heard: list[str] = []
        code = "import sys; sys.stdout.write(sys.stdin.read().upper()); sys.stderr.write('một\\nhai')"
        run([sys.executable, "-c", code], source=source, result=result, limits=LIMITS, hear=heard.append)
        result.seek(0)
        assert result.read().decode() == "XIN CHÀO"
        assert heard == ["một", "hai"]


def test_a_hanging_child_is_ended() -> None:
    limits = Limits(wall_s=0.3, cpu_s=10, memory_bytes=512 << 20, output_bytes=1)
    assert _fault("import signal; signal.pause()", limits)[0] is Fault.TIMED_OUT


def test_a_failing_child_is_quoted() -> None:
    fault, detail = _fault("raise SystemExit('the reason')")
    assert fault is Fault.FAILED
    assert "the reason" in detail


def test_memory_is_limited() -> None:
    fault, detail = _fault("bytearray(1 << 30)")
    assert fault is Fault.FAILED
    assert "MemoryError" in detail


def test_output_is_limited() -> None:
    assert _fault("import sys; sys.stdout.buffer.write(bytes(2_000_000))")[0] is Fault.FAILED


def test_processor_time_is_limited() -> None:
    limits = Limits(wall_s=20, cpu_s=1, memory_bytes=512 << 20, output_bytes=1)
    fault, detail = _fault("while True: pass", limits)
    assert fault is Fault.FAILED
    assert f"status {-signal.SIGKILL}" in detail or f"status {-signal.SIGXCPU}" in detail


def test_endless_words_are_not_kept() -> None:
    limits = Limits(wall_s=20, cpu_s=10, memory_bytes=512 << 20, output_bytes=1)
    detail = _fault("import sys; sys.stderr.write('x' * 5_000_000); sys.exit(1)", limits)[1]
    assert len(detail) < 200_000


def test_the_child_inherits_no_environment_and_can_gain_no_privilege(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "password")
    asked = "import ctypes, os; print(dict(os.environ)); print('no_new_privs', ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))"
    with TemporaryFile() as result:
        command = [sys.executable, "-c", asked]
        run(command, source=None, result=result, limits=LIMITS, confinement=LIMITS_ONLY)
        result.seek(0)
        said = result.read().decode()
    assert "password" not in said
    assert "no_new_privs 1" in said


def test_the_confinement_that_was_reached_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    child.best_confinement.cache_clear()
    with caplog.at_level("INFO", "audio.child"):
        found = child.best_confinement()
    assert f"strangers' files are decoded within: {found}" in caplog.text


def test_a_program_that_is_not_there_is_not_started() -> None:
    with pytest.raises(ChildFailed) as caught:
        run(["/nowhere/ffmpeg"], source=None, result=None, limits=LIMITS)
    assert caught.value.fault is Fault.NOT_STARTED
    assert "/nowhere/ffmpeg" in caught.value.detail


def test_a_program_that_the_kernel_does_not_start_is_not_started(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"no program")
    program.chmod(0o755)
    with pytest.raises(ChildFailed) as caught:
        run([str(program)], source=None, result=None, limits=LIMITS)
    assert caught.value.fault is Fault.NOT_STARTED
    assert "Exec format error" in caught.value.detail


def test_what_cannot_be_confined_is_not_started() -> None:
    within = Confinement(filtered=True, bubblewrap=True)
    plan = child._launch(["/bin/echo", "started"], LIMITS, Reach(), within)
    (begin,) = (word for word in plan if "bubblewrap" in word)
    broken = re.sub(r"'bubblewrap': '[^']*'", "'bubblewrap': '/nowhere/bwrap'", begin)
    ended = subprocess.run([broken if word == begin else word for word in plan], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (NOT_STARTED, b"")


def test_a_listener_that_fails_leaves_no_child_behind() -> None:
    pids: list[int] = []

    def hear(line: str) -> None:
        pids.append(int(line))
        raise RuntimeError("listener")

    code = "import os, signal, sys; print(os.getpid(), file=sys.stderr, flush=True); signal.pause()"
    with pytest.raises(RuntimeError, match="listener"):
        run([sys.executable, "-c", code], source=None, result=None, limits=LIMITS, hear=hear)
    assert not Path(f"/proc/{pids[0]}").exists()


def test_a_child_dies_with_its_caller() -> None:
    child = "import os, signal, sys; print(os.getpid(), file=sys.stderr, flush=True); signal.pause()"
    caller = (
        "import sys; from audio.child import Limits, run;"
        f"run([sys.executable, '-c', {child!r}], source=None, result=None,"
        "limits=Limits(60, 60, 1 << 30, 1), hear=lambda line: print(line, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", caller], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        watched = os.pidfd_open(int(process.stdout.readline()))
        process.kill()
        ended, _, _ = select.select([watched], [], [], 10)
        os.close(watched)
    assert ended, "the child outlived its caller"
