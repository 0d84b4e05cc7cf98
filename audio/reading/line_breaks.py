"""Which line breaks are the author's and which only come from the width of a PDF page.

A healed break is read as a space, so that "ngày / 20/9" is still a date; a true break is a pause. Both keep their place
in the text: healing replaces one character by one, and every offset stays valid.
"""

import re
from typing import Final

from audio.reading.word_lists import listed

_WIDE_LINE: Final = 40
"""Characters: a page column is wider than this, so a shorter line that ends early was ended on purpose."""

_ENDED: Final = tuple(".!?:;…")
_LABEL: Final = re.compile(r"(?:[a-zđ]|[0-9]{1,2}|[ivx]{1,4})[.)/] |[-–+*•]")
_DANGLING: Final = listed(
    "ngày tháng năm số điều khoản điểm lúc từ đến tới khoảng và của tại cho với là các những hồi về theo do bởi "
    "thứ quý mùng "
    "giờ gồm hoặc thôn xã bản"
)


def _goes_on(line: str, following: str) -> bool:
    if not line or not following or line.endswith(_ENDED) or _LABEL.match(following):
        return False
    if line.rsplit(" ", 1)[-1].lower() in _DANGLING or line.endswith(","):
        return not line.isupper()
    return len(line) >= _WIDE_LINE and following[0].islower()


def heal(text: str) -> str:
    """The text, equally long, with a space for every line break inside a sentence."""
    lines = text.split("\n")
    bare = [line.strip(" ") for line in lines]
    healed = [lines[0]]
    for index in range(1, len(lines)):
        healed.append(" " if _goes_on(bare[index - 1], bare[index]) else "\n")
        healed.append(lines[index])
    return "".join(healed)
