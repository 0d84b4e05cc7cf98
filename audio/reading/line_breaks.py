"""Which line breaks are the author's and which only come from the width of a PDF page.

A healed break is read as a space, so that "ngày / 20/9" is still a date; a true break is a pause. Both keep their place
in the text: healing replaces one character by one, and every offset stays valid.
"""

import re
from typing import Final

from audio.reading.word_lists import listed

_PAGE: Final = 60
"""Characters: the lines of a page are at least so wide; what is narrower is broken on purpose."""
_FULL_SHARE: Final = 0.88

_ENDED: Final = tuple(".!?:;…")
_LABEL: Final = re.compile(r"(?:[a-zđ]|[0-9]{1,2}|[ivx]{1,4})[.)/] |[-–+*•]|o (?=[^\W\d_a-zà-ỹđ])")
_DANGLING: Final = listed(
    "ngày tháng năm số điều khoản điểm lúc từ đến tới khoảng và của tại cho với là các những hồi về theo do bởi "
    "thứ quý mùng "
    "giờ gồm hoặc thôn xã bản vòng sáng chiều tối trưa đêm trước sau hết đợt lần mũi lớp tổ khu xóm ấp đường ngõ mỗi "
    "gần hơn trên dưới đạt có được phải đang sẽ đã bị để mà thì nếu khi không"
)


_LAST_WORDS: Final = re.compile(r"[^\W\d_]{2,12}(?: [^\W\d_]{2,12})?[.;]")
"""One or two words and a full stop are the rest of a sentence."""
_NUMBER_CUT: Final = re.compile(
    r"[0-9][^\W\d_%]{0,4} ?[-–]$|(?:^|[ :])0[0-9]{2,4}(?:[ .][0-9]{1,4}){0,2}[.]?$|\+84 ?[0-9]{0,3}$"
)
_ROAD_CUT: Final = re.compile(r"(?:^| )(?:(?:QL|TL|ĐT|ĐH|HL)\.?|Km|km|số)$")
_CODE_CUT: Final = re.compile(r"[A-ZĐ0-9]{1,8}[-/]$")


def _goes_on(line: str, following: str, width: int) -> bool:
    if not line or not following:
        return False
    if (_NUMBER_CUT.search(line) or _ROAD_CUT.search(line)) and following[0].isdigit():
        return True
    if line.endswith(_ENDED) or _LABEL.match(following):
        return False
    if _CODE_CUT.search(line):
        return following[0].isupper()
    if line.isupper():
        return False
    if line.rsplit(" ", 1)[-1].lower() in _DANGLING or line.endswith(","):
        return True
    return following[0].islower() or _is_full(line, following, width) or _LAST_WORDS.fullmatch(following) is not None


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the line reaches as far as the widest, so that only the page ended it."""
    reaches = width >= _PAGE and len(line) >= _FULL_SHARE * width
    return reaches and following[0].isalpha() and not following.isupper() and line[-1].isalpha()


def heal(text: str) -> str:
    """The text, equally long, with a space for every line break inside a sentence."""
    lines = text.split("\n")
    bare = [line.strip(" ") for line in lines]
    width = max(map(len, bare))
    healed = [lines[0]]
    for index in range(1, len(lines)):
        healed.append(" " if _goes_on(bare[index - 1], bare[index], width) else "\n")
        healed.append(lines[index])
    return "".join(healed)
