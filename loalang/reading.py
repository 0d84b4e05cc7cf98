"""`loalang read`: a notice on standard input, its spoken form on standard output, line by line."""

import argparse
import sys
from collections.abc import Sequence

import msgspec

from loalang.terminal import say


def main(argv: Sequence[str]) -> int:
    """Print the spoken form of each input line on a line of its own; 2 when the input is not UTF-8 text.

    With `--json` one object: `source` (the normalised text), `spoken`, `lines`, `spans` (`source_start`, `source_end`,
    `source`, `spoken`, `rule`, `confidence`), which tile the source, and `questions`, which only a person can settle.
    """
    from audio.reading import read

    parser = argparse.ArgumentParser(prog="loalang read", description=say("command-read"))
    parser.add_argument("--json", action="store_true", help=say("read-json"))
    options = parser.parse_args(argv)
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        print(say("read-not-utf8"), file=sys.stderr)
        return 2
    reading = read(text)
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(reading), indent=2).decode() + "\n")
        return 0
    for line in reading.lines:
        print(line)
    return 0
