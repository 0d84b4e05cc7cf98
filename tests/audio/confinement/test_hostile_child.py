"""A hostile program in place of the decoder: what it attempts, and what came of it outside."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from audio import child
from audio.child import ChildFailed, Fault, Limits, Reach, run
from audio.confinement import landlock
from audio.confinement.degree import CANDIDATES, LIMITS_ONLY, PROBE, Confinement, held

LIMITS = Limits(wall_s=60, cpu_s=10, memory_bytes=512 << 20, output_bytes=1_000_000)
PRELUDE = """
import ctypes, errno, os, sys
C = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    result = C.syscall(ctypes.c_long(number), *map(ctypes.c_void_p, arguments))
    return errno.errorcode[ctypes.get_errno()] if result < 0 else result
def attempt(name, action, *arguments):
    try:
        found = action(*arguments)
    except OSError as error:
        found = errno.errorcode[error.errno]
    print(name, found, flush=True)
"""
COMPLETE = [candidate for candidate in CANDIDATES if candidate.complete]
DENIED = {"EPERM", "EACCES", "ENOENT", "ENOSYS"}


@pytest.fixture(scope="module", params=COMPLETE, ids=str)
def within(request: pytest.FixtureRequest) -> Confinement:
    candidate: Confinement = request.param
    missed = child._missed(candidate)
    if missed:
        pytest.skip(f"not on this machine: {missed}")
    return candidate


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_where_the_kernel_has_landlock_nothing_is_missing() -> None:
    assert child.best_confinement() == Confinement(filtered=True, landlock=True)


def said_by(code: str, within: Confinement, *arguments: str, reach: Reach = child.NOTHING_MORE) -> dict[str, str]:
    with TemporaryFile() as result:
        command = [sys.executable, "-I", "-c", PRELUDE + code, *arguments]
        run(command, source=None, result=result, limits=LIMITS, reach=reach, confinement=within)
        result.seek(0)
        lines = result.read().decode().splitlines()
    return dict(line.split(" ", 1) for line in lines)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_it_reaches_nobody(within: Confinement, listening: socket.socket) -> None:
    code = """
import socket
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt("six", lambda: socket.socket(socket.AF_INET6))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("pair", socket.socketpair)
"""
    said = said_by(code, within, str(listening.getsockname()[1]))
    assert set(said.values()) <= DENIED, said
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "loalang.db").write_text("the data of the commune")
    return tmp_path


def test_it_reads_nothing_of_others(within: Confinement, data: Path) -> None:
    code = """
import glob
def read(path):
    with open(path, "rb") as file:
        return file.read(20)
for name in ("/etc/passwd", "/etc/hostname", "/proc/1/comm", f"/proc/{os.getppid()}/environ", "/proc/self/maps",
             "/root/.profile", "/proc/net/tcp", *sys.argv[1:]):
    attempt(name, read, name)
"""
    said = said_by(code, within, str(data / "loalang.db"), __file__)
    assert len(said) == 9
    assert set(said.values()) <= DENIED, said


def test_it_sees_no_other_process(within: Confinement) -> None:
    code = """
for name in filter(str.isdigit, map(str, range(1, 4000))):
    try:
        open(f"/proc/{name}/cmdline", "rb").read()
    except OSError:
        continue
    print(name, "seen")
attempt("trace", call, 101, 16, os.getppid(), 0, 0)
attempt("memory", call, 310, os.getppid(), 0, 0, 0, 0, 0)
attempt("handle", call, 434, os.getppid(), 0)
"""
    said = said_by(code, within)
    assert set(said) == {"trace", "memory", "handle"}
    assert set(said.values()) <= DENIED, said


def test_it_changes_nothing(within: Confinement, data: Path) -> None:
    code = """
place = sys.argv[1]
file = place + "/loalang.db"
attempt("new", lambda: open(place + "/new", "w"))
attempt("append", lambda: open(file, "a"))
attempt("truncate", os.truncate, file, 0)
attempt("remove", os.unlink, file)
attempt("rename", os.rename, file, file + "2")
attempt("link", os.link, file, file + "3")
attempt("symlink", os.symlink, file, place + "/link")
attempt("mode", os.chmod, file, 0o777)
attempt("owner", os.chown, file, 1000, 1000)
attempt("folder", os.mkdir, place + "/folder")
attempt("times", os.utime, file)
attempt("tmp", lambda: open("/tmp/loalang-hostile", "w"))
attempt("shm", lambda: open("/dev/shm/loalang-hostile", "w"))
attempt("nameless", lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR))
attempt("memory", os.memfd_create, "x")
"""
    before = (data / "loalang.db").stat()
    said = said_by(code, within, str(data))
    assert set(said.values()) <= DENIED, said
    assert (data / "loalang.db").stat().st_mtime_ns == before.st_mtime_ns
    assert (data / "loalang.db").read_text() == "the data of the commune"
    assert [path.name for path in data.iterdir()] == ["loalang.db"]
    assert not Path("/tmp/loalang-hostile").exists()
    assert not Path("/dev/shm/loalang-hostile").exists()


def test_it_begins_no_process(within: Confinement) -> None:
    code = """
import subprocess
attempt("fork", os.fork)
attempt("vfork", call, 58)
attempt("clone", call, 56, 17, 0, 0, 0, 0)
attempt("clone3", call, 435, 0, 0)
attempt("spawn", lambda: os.posix_spawn(sys.executable, ["python"], {}))
attempt("subprocess", lambda: subprocess.run([sys.executable, "-c", "pass"]))
import threading
threading.Thread(target=lambda: print("thread runs", flush=True)).start()
"""
    said = said_by(code, within)
    assert said.pop("thread") == "runs"
    assert set(said.values()) <= DENIED, said


def test_it_becomes_no_other_program(within: Confinement, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\necho started program\n")
    script.chmod(0o755)
    code = """
attempt("echo", os.execv, "/bin/echo", ["echo", "started", "program"])
attempt("shell", os.execv, "/bin/sh", ["sh", "-c", "echo started program"])
attempt("script", os.execv, sys.argv[1], ["script"])
attempt("by-descriptor", call, 322, 0, 0, 0, 0, 0x1000)
"""
    said = said_by(code, within, str(script))
    assert "started" not in said
    assert set(said.values()) <= DENIED | {"EFAULT"}, said


@pytest.mark.skipif(not child.best_confinement().landlock, reason="bubblewrap hides other programs in another way")
def test_its_own_name_cannot_be_laid_again_where_the_launcher_laid_it() -> None:
    code = """
PAGE = 0x20000
def lay(address, flags):
    C.mmap.restype = ctypes.c_void_p
    found = C.mmap(ctypes.c_void_p(address), ctypes.c_size_t(65536), 3, flags, -1, ctypes.c_long(0))
    return errno.errorcode[ctypes.get_errno()] if found == ctypes.c_void_p(-1).value else hex(found)
attempt("fixed", lay, PAGE, 0x32)
attempt("below", lay, PAGE - 0x10000, 0x32)
attempt("wished", lay, PAGE, 0x22)
attempt("growing", lay, PAGE + 0x20000, 0x122)
attempt("moved", call, 25, lay(0, 0x22) and int(lay(0, 0x22), 16), 4096, 4096, 3, PAGE)
attempt("again", call, 59, PAGE, 0, 0)
attempt("itself", os.execv, sys.executable, [sys.executable, "-c", "print('started again')"])
"""
    said = said_by(code, child.best_confinement())
    assert said.pop("again") == "EFAULT"
    assert set(said.values()) == {"EPERM"}, said


def test_it_disturbs_nobody(within: Confinement) -> None:
    code = """
import fcntl, signal
attempt("kill", os.kill, os.getppid(), 0)
attempt("group", os.killpg, 1, 0)
attempt("owner", lambda: fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid()))
attempt("type", lambda: fcntl.ioctl(0, 0x5412, b"x"))
attempt("nice", call, 141, 0, 0, -20)
fewer = (ctypes.c_uint64 * 2)(10, 10)
attempt("limits", call, 302, 0, 7, ctypes.addressof(fewer), 0)
"""
    said = said_by(code, within)
    assert set(said.values()) <= DENIED, said


CALLS = {
    "io_uring_setup": 425,
    "bpf": 321,
    "userfaultfd": 323,
    "perf_event_open": 298,
    "keyctl": 250,
    "add_key": 248,
    "mount": 165,
    "unshare": 272,
    "setns": 308,
    "chroot": 161,
    "pivot_root": 155,
    "ptrace": 101,
    "personality": 135,
    "shmget": 29,
    "msgget": 68,
    "setuid": 105,
    "capset": 126,
    "init_module": 175,
    "reboot": 169,
    "sethostname": 170,
    "open_by_handle_at": 304,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "a call of years to come": 999,
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
def test_the_rest_of_the_kernel_is_out_of_reach(within: Confinement) -> None:
    code = "".join(
        f"attempt({name.replace(' ', '-')!r}, call, {number}, 0, 0, 0, 0)\n" for name, number in CALLS.items()
    )
    said = said_by(code, within)
    assert len(said) == len(CALLS)
    assert set(said.values()) == {"EPERM"}, said


def test_a_call_as_for_another_machine_ends_it(within: Confinement) -> None:
    with pytest.raises(ChildFailed) as caught:
        said_by("call(0x40000000 | 39)", within)
    assert caught.value.fault is Fault.FAILED


def test_it_has_no_right_of_root(within: Confinement) -> None:
    code = """
class Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))
sets = (ctypes.c_uint32 * 6)()
print("capabilities", C.capget(ctypes.byref(Head(0x20080522, 0)), sets), list(sets))
"""
    plain = Confinement(filtered=False, landlock=within.landlock, bubblewrap=within.bubblewrap)
    said = said_by(code, plain)
    assert said["capabilities"] == "0 [0, 0, 0, 0, 0, 0]"


def test_what_it_is_given_it_may_use(within: Confinement, tmp_path: Path) -> None:
    voice, sounds = tmp_path / "voice", tmp_path / "sounds"
    voice.mkdir()
    sounds.mkdir()
    (voice / "model").write_text("xin chào")
    code = """
def copy():
    with open(sys.argv[1] + "/model") as model, open(sys.argv[2] + "/sound", "w") as sound:
        return sound.write(model.read())
attempt("copied", copy)
attempt("beside", lambda: open(sys.argv[2] + "/../other", "w"))
attempt("voice", lambda: open(sys.argv[1] + "/model", "a"))
"""
    said = said_by(code, within, str(voice), str(sounds), reach=Reach(reads=(voice,), writes=(sounds,)))
    assert said.pop("copied") == "8"
    assert set(said.values()) <= DENIED | {"EROFS"}, said
    assert (sounds / "sound").read_text() == "xin chào"
    assert not (tmp_path / "other").exists()


def test_a_flood_of_threads_stops_at_a_limit(within: Confinement) -> None:
    """Root is not counted by the kernel; there the memory for their stacks is the limit."""
    code = """
import threading
gate = threading.Event()
count = 0
try:
    while count < 20000:
        threading.Thread(target=gate.wait, daemon=True).start()
        count += 1
except (RuntimeError, MemoryError):
    pass
print("threads", count, flush=True)
os._exit(0)
"""
    assert int(said_by(code, within)["threads"]) < 1000


@pytest.mark.parametrize("degree", [*CANDIDATES, LIMITS_ONLY], ids=str)
def test_the_probe_finds_what_a_degree_does_not_hold(degree: Confinement, tmp_path: Path) -> None:
    """The probe can fail: outside of any confinement its attempts succeed, and each degree claims what it forbids."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with TemporaryFile() as result:
        command = [sys.executable, "-I", "-S", "-c", PROBE, str(secret)]
        run(command, source=None, result=result, limits=LIMITS, confinement=LIMITS_ONLY)
        result.seek(0)
        free = set(result.read().decode().split())
    assert {"network", "read", "write", "process", "program", "signal"} <= free
    assert (free - held(degree) == set()) == (degree == LIMITS_ONLY)


def test_several_at_once_are_confined_alike(within: Confinement) -> None:
    said: list[dict[str, str]] = []

    def one() -> None:
        said.append(said_by('attempt("read", lambda: open("/etc/passwd"))', within))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 4
    assert all(set(one.values()) <= DENIED for one in said)
