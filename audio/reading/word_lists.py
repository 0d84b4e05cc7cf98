"""Lists of words that rules look for, written as running text so that they can be read and edited as language."""

from typing import Final


def listed(text: str) -> frozenset[str]:
    """The words of the text, as a set."""
    return frozenset(text.split())


LABELS: Final = listed(
    "ngày mùng mồng tháng quý cấp lớp khối khóa khoá thôn tổ xóm đội bậc hạng điều khoản mục chương bài trang tầng "
    "tuần tiết ấp phần vòng mũi"
)
"""What is numbered; in a range the word is said twice: "cấp sáu đến cấp bảy"."""
