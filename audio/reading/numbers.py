"""Numbers in words, in the northern forms: nghìn, linh, mươi mốt, mươi tư, lăm.

- 21 "hai mươi mốt", 24 "hai mươi tư", 25 "hai mươi lăm"; 14 "mười bốn"; 104 "một trăm linh bốn".
- A group of three that is zero is not named: 1.000.005 "một triệu không trăm linh năm".
- After "tỷ" the names start again: 10**12 "một nghìn tỷ".
- Decimals as schools teach: one to three digits as a number after "phẩy" (2,72 "hai phẩy bảy mươi hai"), a leading zero
  named (0,05 "không phẩy không năm"), longer tails digit by digit.
"""

from typing import Final

DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES: Final = ("", "nghìn", "triệu")
_BILLION: Final = 10**9
LARGEST: Final = 10**18 - 1
"""Larger numbers are codes, not quantities, and are read digit by digit."""

_WHOLE_TAIL: Final = 3


def _ones(digit: int, *, after_tens: bool) -> str:
    if after_tens and digit in (1, 4):
        return "mốt" if digit == 1 else "tư"
    return "lăm" if digit == 5 else DIGITS[digit]


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    return f"{head} {_ones(ones, after_tens=tens > 1)}" if ones else head


def _group(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not full:
        return _below_hundred(rest)
    head = f"{DIGITS[hundreds]} trăm"
    if rest == 0:
        return head
    return f"{head} linh {DIGITS[rest]}" if rest < 10 else f"{head} {_below_hundred(rest)}"


def _below_billion(number: int, *, full: bool) -> str:
    groups = (number // 10**6, number // 1000 % 1000, number % 1000)
    words: list[str] = []
    for scale, group in zip(reversed(_SCALES), groups, strict=True):
        if group:
            words.append(f"{_group(group, full=full or bool(words))} {scale}".rstrip())
    return " ".join(words)


def cardinal(number: int) -> str:
    """The words of a whole number from 0 to `LARGEST`. Raises ValueError outside it."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"only 0 to {LARGEST} have a name here, not {number}")
    if number == 0:
        return DIGITS[0]
    billions, rest = divmod(number, _BILLION)
    head = f"{_below_billion(billions, full=False)} tỷ" if billions else ""
    tail = _below_billion(rest, full=bool(billions)) if rest else ""
    return f"{head} {tail}".strip()


def digit_by_digit(written: str) -> str:
    """Every digit by its name; whatever is not a digit (spaces, dots of a telephone number) is not said."""
    return " ".join(DIGITS[ord(sign) - 48] for sign in written if "0" <= sign <= "9")


def tail(digits: str) -> str:
    """The digits behind a decimal comma."""
    if len(digits) > _WHOLE_TAIL or (digits[0] == "0"):
        return digit_by_digit(digits)
    return cardinal(int(digits))


def ordinal(number: int) -> str:
    """What follows "thứ": nhất, hai, ba, tư, năm..."""
    return {1: "nhất", 4: "tư"}.get(number) or cardinal(number)


def month(number: int) -> str:
    """What follows "tháng": a month is "tư", never "bốn"."""
    return "tư" if number == 4 else cardinal(number)
