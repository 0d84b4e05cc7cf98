import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from audio.child import ChildFailed, Fault, Limits, run

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
    said = _run("import os; print(dict(os.environ)); print(open('/proc/self/status').read())").decode()
    assert "password" not in said
    assert "NoNewPrivs:\t1" in said


def test_a_program_that_is_not_there_fails() -> None:
    with pytest.raises(ChildFailed) as caught:
        run(["/nowhere/ffmpeg"], source=None, result=None, limits=LIMITS)
    assert caught.value.fault is Fault.FAILED
    assert "/nowhere/ffmpeg" in caught.value.detail


def test_without_the_tools_that_confine_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert _fault("pass")[0] is Fault.NOT_STARTED


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
