"""`loalang voices`: what each word means, and the sentences for what goes wrong."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from audio.speech.order import NoVoice
from audio.speech.piper_voice import BadVoice, UnknownVoice
from audio.speech.port import SpeechFailed
from controller.config import BadConfiguration
from loalang.terminal import say
from loalang.voices import acts
from loalang.voices.acts import NothingToSay

DEFAULT_DATA = Path("/var/lib/loalang")
_REFUSALS = (BadConfiguration, BadVoice, UnknownVoice, NoVoice, SpeechFailed, NothingToSay, OSError)


def main(argv: Sequence[str]) -> int:
    """Run one command; 0 when all is well, 1 when a voice is not, 2 when it could not do what was asked."""
    os.umask(0o022)
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
        return status
    except _REFUSALS as error:
        for line in _sentences(error):
            print(line, file=sys.stderr)
        return 2


def _sentences(error: Exception) -> list[str]:
    if isinstance(error, FileExistsError):
        return [say("voices-there-already", name=Path(str(error.filename)).name)]
    if isinstance(error, UnknownVoice):
        return [say("voices-unknown", name=str(error))]
    if isinstance(error, NoVoice):
        return [acts.silent(failure.engine, failure.reason, failure.detail) for failure in error.failures]
    if isinstance(error, SpeechFailed):
        return [acts.silent("piper", error.reason, error.detail)]
    if isinstance(error, NothingToSay):
        return [say("voices-nothing-to-say")]
    return [say("voices-cannot", reason=str(error))]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loalang voices", description=say("command-voices"))
    words = parser.add_subparsers(metavar="", required=True)
    _word(words, "list", acts.list_voices)
    _install(_word(words, "install", acts.install_voice))
    _try(_word(words, "try", acts.try_voice))
    _word(words, "remove", acts.remove_voice).add_argument("name", metavar="NAME")
    return parser


def _word(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    parser = words.add_parser(name, help=say(f"voices-help-{name}"), description=say(f"voices-help-{name}"))
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help=say("say-help-data"))
    parser.set_defaults(run=run)
    return parser


def _install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FILE|https://…", help=say("voices-help-source"))
    parser.add_argument("--card", metavar="FILE|https://…", help=say("voices-help-card"))
    parser.add_argument("--sha256", metavar="HEX", help=say("voices-help-sha256"))
    parser.add_argument("--name", metavar="NAME", help=say("voices-help-name"))
    parser.add_argument("--ca", metavar="FILE", help=say("voices-help-ca"))
    parser.add_argument("--out", type=Path, metavar="FILE.wav", help=say("voices-help-out"))


def _try(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", help=say("say-help-text"))
    parser.add_argument("--engine", metavar="NAME", help=say("voices-help-engine"))
    parser.add_argument("--language", default="vi", metavar="TAG", help=say("voices-help-language"))
    parser.add_argument("--out", type=Path, metavar="FILE.wav", help=say("voices-help-out"))
