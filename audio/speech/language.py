"""Which language is which: BCP 47 tags, compared as RFC 4647 does, from the most exact to the plainest.

A bulletin asks for "vi"; one engine calls what it speaks "vi", another "vi-VN". Both are meant.
"""

import re
from collections.abc import Iterable

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}")


def is_tag(text: str) -> bool:
    """Whether the text has the shape of a language tag."""
    return _TAG.fullmatch(text) is not None


def spoken_as(asked: str, spoken: Iterable[str]) -> str | None:
    """The tag, of those that an engine speaks, that fits the asked one best; None: it does not know the language.

    "vi-VN" is spoken by a "vi" voice and "vi" by a "vi-VN" voice; "vi-VN" is not spoken by "vi-US", nor "vie" by "vi".
    """
    fitting = [tag for tag in spoken if _fits(asked.lower().split("-"), tag.lower().split("-"))]
    return min(fitting, key=lambda tag: (tag.lower() != asked.lower(), len(tag), tag), default=None)


def _fits(asked: list[str], tag: list[str]) -> bool:
    shared = min(len(asked), len(tag))
    return asked[:shared] == tag[:shared]
