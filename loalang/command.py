"""The `loalang` command: one word chooses what to do; each room is imported only when its word is said."""

import sys
from collections.abc import Callable, Sequence

from loalang.terminal import say


def _controller(argv: Sequence[str]) -> int:
    from controller.__main__ import main as run

    return run(argv)


def _edge(argv: Sequence[str]) -> int:
    from edge.__main__ import main as run

    return run(argv)


def _demo(argv: Sequence[str]) -> int:
    from loalang.demo.performance import main as run

    return run(argv)


def _say(argv: Sequence[str]) -> int:
    from loalang.saying import main as run

    return run(argv)


def _read(argv: Sequence[str]) -> int:
    from loalang.reading import main as run

    return run(argv)


def _doctor(argv: Sequence[str]) -> int:
    from loalang.doctor import main as run

    return run(argv)


def _keys(argv: Sequence[str]) -> int:
    from loalang.keys import main as run

    return run(argv)


def _voices(argv: Sequence[str]) -> int:
    from loalang.voices import main as run

    return run(argv)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "controller": _controller,
    "edge": _edge,
    "demo": _demo,
    "say": _say,
    "read": _read,
    "doctor": _doctor,
    "keys": _keys,
    "voices": _voices,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the first word names; 2 when there is none such."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in COMMANDS:
        return COMMANDS[words[0]](words[1:])
    wanted = not words or words[0] in ("-h", "--help", "help")
    out = sys.stdout if wanted else sys.stderr
    if not wanted:
        print(say("command-unknown", word=words[0]), file=out)
    print(say("command-usage"), file=out)
    return 0 if wanted else 2
