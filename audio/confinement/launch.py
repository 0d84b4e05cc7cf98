"""What runs in a child before its program: gives up everything that the program is not to have, then becomes it.

The order matters: what a step needs, the next one takes away. If any step fails, the program is not started.
"""

from __future__ import annotations

import os
import resource
import sys

from audio.confinement import kernel, landlock
from audio.confinement.call_filter import START_PAGE, Allowance, assemble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, NoReturn

    from audio.confinement.plan import Plan

_NOT_STARTED: Final = 125  # plan.NOT_STARTED
_FILES: Final = 64
_MORE_TASKS: Final = 128
"""Threads that a child may have beside those that its user has already; ffmpeg has about ten."""


def main(plan: Plan) -> NoReturn:
    """Become the program of the plan, confined."""
    try:
        _become(plan)
    except (OSError, ValueError) as error:
        print(f"{plan.command[0]}: {error}", file=sys.stderr, flush=True)
    os._exit(_NOT_STARTED)


def _become(plan: Plan) -> None:
    kernel.die_with(plan.parent)
    _limit(plan)
    kernel.gain_nothing(keep_capabilities=bool(plan.bubblewrap))  # which needs them to begin, and then drops them
    if plan.bubblewrap:
        _become_in_bubble(plan)
        return
    if plan.landlock:
        landlock.show_only(plan.reads, plan.writes, plan.starts)
    kernel.lay(START_PAGE, os.fsencode(plan.command[0]))
    if plan.filtered:
        allowance = Allowance(reads=True, writes=bool(plan.writes), start_once=True, process=os.getpid())
        machine = os.uname().machine
        kernel.filter_calls(assemble(allowance, machine), machine)
    kernel.start(START_PAGE, plan.command)


def _become_in_bubble(plan: Plan) -> None:
    """Let bwrap show the files, and put the filter on last, when it has made its name spaces."""
    folders = tuple(f"{name}/" for name in plan.reads)
    names = [*plan.reads, *(name for name in plan.starts if not name.startswith(folders))]
    shown = [word for name in names for word in ("--ro-bind-try", name, name)]
    shown += [word for name in plan.writes for word in ("--bind", name, name)]
    filtered = ["--seccomp", str(_filter_file(plan))] if plan.filtered else []
    apart = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--chdir", "/")
    command = [plan.bubblewrap, *apart, *shown, "--remount-ro", "/", *filtered, "--", *plan.command]
    os.execv(plan.bubblewrap, command)  # noqa: S606 - that is what this program is for


def _filter_file(plan: Plan) -> int:
    descriptor = os.memfd_create("filter", 0)
    allowance = Allowance(reads=True, writes=bool(plan.writes), starts=True)
    os.write(descriptor, assemble(allowance, os.uname().machine))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _limit(plan: Plan) -> None:
    bounds = {
        resource.RLIMIT_CPU: plan.cpu_s,
        resource.RLIMIT_AS: plan.memory_bytes,
        resource.RLIMIT_FSIZE: plan.output_bytes,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_CORE: 0,
    }
    if os.getuid() != 0:  # the kernel does not count root's
        bounds[resource.RLIMIT_NPROC] = _own_tasks() + _MORE_TASKS
    for which, most in bounds.items():
        hard = resource.getrlimit(which)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (allowed, allowed))


def _own_tasks() -> int:
    """How many threads this user has now, as far as they can be seen."""
    own, count = os.getuid(), 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            if entry.stat().st_uid == own:
                count += sum(1 for _ in os.scandir(f"{entry.path}/task"))
        except OSError:
            continue  # it has just ended
    return count
