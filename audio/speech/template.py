"""Filling in what a service is asked, from a description with places for values: {text}, {voice}, {secret.key}.

Values are never pasted into JSON or a form as text: the document is built first, its strings are filled, and only then
is it encoded. So no notice, whatever stands in it, can change what is asked.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Value = str | int | float
Document = str | int | float | bool | None | list["Document"] | dict[str, "Document"]
"""What stands in a JSON document."""

PLACES: Final = ("text", "voice", "speed", "language")
KEYED: Final = "secret."
"""How the place of a key begins."""
_PLACE = re.compile(r"\{([^{}]*)\}")


def places_in(document: object) -> Iterator[str]:
    """Every name that stands in braces, anywhere in a document."""
    if isinstance(document, str):
        yield from _PLACE.findall(document)
    elif isinstance(document, dict):
        for value in document.values():
            yield from places_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from places_in(value)


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Put the values in their places; KeyError for a place that has none."""
    return _PLACE.sub(lambda place: str(values[place[1]]), text)


def fill_document(document: Document, values: Mapping[str, Value]) -> Document:
    """The same in every string of a document. A string that is one place and nothing else becomes the value itself.

    So `speed = "{speed}"` is the number 1.2 in JSON and not the text "1.2".
    """
    if isinstance(document, str):
        whole = _PLACE.fullmatch(document)
        return values[whole[1]] if whole else fill(document, values)
    if isinstance(document, dict):
        return {key: fill_document(value, values) for key, value in document.items()}
    if isinstance(document, list):
        return [fill_document(value, values) for value in document]
    return document


def field_of(document: object, path: str) -> object:
    """What stands at a dotted path ("data.url", "results.0.audio"); None when there is nothing."""
    for step in path.split("."):
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.isascii() and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document
