"""The catalogue of everything that a person reads: the same keys in every language.

`<language>.ftl` holds the words of the desk's pages, `terminal.<language>.ftl` those of the commands.

Code and templates carry keys, never sentences, so that an officer's words can be mended in one place by someone who
does not program, and so that a second language of the screen is a file. Vietnamese is the language of the desk.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from fluent.runtime import FluentBundle, FluentResource

FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = ("vi", "en")
"""The languages of the screen; not those in which bulletins are spoken."""

Value = str | int | float


class UnknownWord(LookupError):
    """The catalogue of that language has no such key, or a variable of the sentence was not given."""


def say(key: str, language: str = "vi", /, **values: Value) -> str:
    """Return the sentence for a key, in NFC. Raises `UnknownWord` for an unknown key or a missing variable."""
    bundle = _bundle(language)
    if not bundle.has_message(key):
        raise UnknownWord(f"{language}: {key}")
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise UnknownWord(f"{language}: {key} has no text")
    text, errors = bundle.format_pattern(pattern, dict(values))
    if errors:
        raise UnknownWord(f"{language}: {key}: {errors[0]}")
    return unicodedata.normalize("NFC", str(text))


def knows(key: str, language: str = "vi") -> bool:
    """Whether the catalogue has the key; asked for codes that come over the wire from newer software."""
    return bool(_bundle(language).has_message(key))


def say_code(kind: str, code: str, language: str = "vi", /, **values: Value) -> str:
    """The sentence for a code of a closed list, key `<kind>-<code>`; an unknown code is shown as it came.

    A unit may be newer than the desk and report a stage or a reason that the catalogue does not know yet: that must
    still reach the officer.
    """
    key = f"{kind}-{code}".replace("_", "-")
    return say(key, language, **values) if knows(key, language) else say("unknown-code", language, code=code)


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    if language not in LANGUAGES:
        raise UnknownWord(language)
    bundle = FluentBundle([language], use_isolating=False)
    for file in files(language):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle


def files(language: str) -> tuple[Path, ...]:
    """The Fluent files of a language."""
    return tuple(sorted((*FOLDER.glob(f"{language}.ftl"), *FOLDER.glob(f"*.{language}.ftl"))))
