"""`loalang read`: a notice on standard input, its spoken form on standard output, line by line."""

import argparse
import sys
from collections.abc import Sequence

from loalang.terminal import say


def main(argv: Sequence[str]) -> int:
    """Print the spoken form of each input line on a line of its own; 2 when the input is not UTF-8 text."""
    from audio.reading import spoken_lines

    argparse.ArgumentParser(prog="loalang read", description=say("command-read")).parse_args(argv)
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        print(say("read-not-utf8"), file=sys.stderr)
        return 2
    for line in spoken_lines(text):
        print(line)
    return 0
