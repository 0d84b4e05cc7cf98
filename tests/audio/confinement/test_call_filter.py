"""The filter is run here as the kernel runs it, for both machines; `test_hostile_child` lets the kernel do it."""

import ctypes
import ctypes.util
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.confinement.call_filter import GUARDED, SEALED, START_PAGE, Allowance, assemble
from audio.confinement.calls import AARCH64, AUDIT_ARCH, NAMES, X86_64, number

MACHINES = (X86_64, AARCH64)
ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
LAUNCH = Allowance(reads=True, start_once=True, process=4321)


def decide(program: bytes, call: int, arguments: tuple[int, ...] = (), arch: int = AUDIT_ARCH[X86_64]) -> int:
    """What the kernel would answer: the few instructions of BPF that a filter uses."""
    data = struct.pack("<IIQ6Q", call & 0xFFFFFFFF, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("<HBBI", program))
    held, place = 0, 0
    while True:
        code, if_true, if_false, operand = instructions[place]
        place += 1
        match code:
            case 0x20:
                (held,) = struct.unpack_from("<I", data, operand)
            case 0x06:
                return operand
            case 0x15:
                place += if_true if held == operand else if_false
            case 0x35:
                place += if_true if held >= operand else if_false
            case 0x45:
                place += if_true if held & operand else if_false
            case _:
                raise AssertionError(code)


def answer(allowance: Allowance, machine: str, name: str, *arguments: int) -> int:
    wanted = number(name, machine)
    assert wanted is not None
    return decide(assemble(allowance, machine), wanted, arguments, AUDIT_ARCH[machine])


@pytest.mark.parametrize("machine", MACHINES)
def test_a_decoder_works_with_what_is_open(machine: str) -> None:
    for name in ("read", "write", "lseek", "fstat", "brk", "futex", "exit_group", "clock_gettime", "getrandom"):
        assert answer(SEALED, machine, name) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_sealed_it_opens_and_starts_nothing(machine: str) -> None:
    assert answer(SEALED, machine, "openat", 0, 0, 0) == EPERM
    assert answer(SEALED, machine, "execve", START_PAGE) == EPERM
    assert answer(SEALED, machine, "readlinkat") == EPERM
    assert answer(SEALED, machine, "newfstatat", 1, 0, 0, 0) == EPERM
    assert answer(SEALED, machine, "newfstatat", 1, 0, 0, 0x1000) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("flags", [0o1, 0o2, 0o101, 0o1000, 0o2000, 0o20200001, 0o20000000])
def test_files_are_opened_for_reading_only(machine: str, flags: int) -> None:
    assert answer(LAUNCH, machine, "openat", 0, 0, 0o2000000) == ALLOW
    assert answer(LAUNCH, machine, "openat", 0, 0, flags) == EPERM
    assert answer(Allowance(reads=True, writes=True), machine, "openat", 0, 0, flags) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_one_program_is_started_by_its_place_in_memory(machine: str) -> None:
    assert answer(LAUNCH, machine, "execve", START_PAGE) == ALLOW
    assert answer(LAUNCH, machine, "execve", START_PAGE + 1) == EPERM
    assert answer(LAUNCH, machine, "execve", START_PAGE | 1 << 32) == EPERM
    assert answer(LAUNCH, machine, "execve", 0) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
@given(address=st.integers(0, 2**64 - 1) | st.integers(0, 2 * GUARDED), flags=st.integers(0, 2**32 - 1))
def test_nothing_can_be_laid_in_that_place(machine: str, address: int, flags: int) -> None:
    guarded = 0 < address < GUARDED
    expected = EPERM if guarded or flags & 0x100 else ALLOW
    assert answer(LAUNCH, machine, "mmap", address, 4096, 3, flags) == expected
    assert answer(LAUNCH, machine, "mremap", 0, 0, 0, flags) == (EPERM if flags & 2 else ALLOW)


@pytest.mark.parametrize("machine", MACHINES)
@given(flags=st.integers(0, 2**32 - 1))
def test_threads_begin_and_processes_do_not(machine: str, flags: int) -> None:
    assert answer(LAUNCH, machine, "clone", flags) == (ALLOW if flags & 0x10000 else EPERM)
    assert answer(LAUNCH, machine, "clone3") == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_signals_reach_itself_only(machine: str) -> None:
    assert answer(LAUNCH, machine, "tgkill", 4321, 4322, 6) == ALLOW
    assert answer(LAUNCH, machine, "tgkill", 1, 1, 9) == EPERM
    for owner in (8, 10, 15):  # F_SETOWN, F_SETSIG, F_SETOWN_EX: by which the kernel sends a signal for it
        assert answer(LAUNCH, machine, "fcntl", 0, owner, 1) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_are_asked_and_not_changed(machine: str) -> None:
    assert answer(LAUNCH, machine, "prlimit64", 0, 7, 0, 0x1000) == ALLOW
    assert answer(LAUNCH, machine, "prlimit64", 0, 7, 1 << 40, 0) == EPERM
    assert answer(LAUNCH, machine, "prlimit64", 1, 7, 0, 0x1000) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
@given(call=st.integers(0, 2**32 - 1), arguments=st.tuples(*[st.integers(0, 2**64 - 1)] * 6))
def test_what_is_not_named_is_refused(machine: str, call: int, arguments: tuple[int, ...]) -> None:
    named = {number(name, machine) for name in NAMES}
    found = decide(assemble(LAUNCH, machine), call, arguments, AUDIT_ARCH[machine])
    if call not in named:
        assert found in {EPERM, KILL}


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_as_for_another_machine_end_the_process(machine: str) -> None:
    program = assemble(LAUNCH, machine)
    assert decide(program, 1, (), 0x40000003) == KILL  # i386
    assert decide(program, 1, (), AUDIT_ARCH[AARCH64 if machine == X86_64 else X86_64]) == KILL
    assert decide(assemble(LAUNCH, X86_64), 0x40000001) == KILL  # x32


_LIBSECCOMP = ctypes.util.find_library("seccomp")


@pytest.mark.skipif(_LIBSECCOMP is None, reason="Debian package libseccomp2 is missing")
@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_libseccomp(machine: str) -> None:
    assert _LIBSECCOMP is not None
    library = ctypes.CDLL(_LIBSECCOMP)
    resolve = library.seccomp_syscall_resolve_name_arch
    resolve.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    for name in sorted(NAMES):
        known = resolve(AUDIT_ARCH[machine], name.encode())
        assert number(name, machine) == (None if known < 0 else known), name
