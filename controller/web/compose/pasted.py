"""A text that was pasted in a font of the nineties, in Unicode: what it became, and what it was."""

from dataclasses import dataclass

from audio.reading import decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What the page says of a text that it took in. `is_fresh`: the field in the browser does not hold it yet."""

    text: str
    original: str = ""
    encoding: str | None = None
    file: str | None = None
    characters: int = 0
    is_fresh: bool = False


def converted(text: str) -> Pasted | None:
    """The text in Unicode, when it was typed in an older encoding."""
    found = decoded(text)
    return None if found.encoding is None else Pasted(text=found.text, original=text, encoding=found.encoding)
