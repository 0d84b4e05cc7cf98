"""Words as a hurried hand types them: without tones, without the crossed đ, in small letters."""

import unicodedata


def folded(text: str) -> str:
    """Return the text without marks and case, so that "duong" is found in "Đường"."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).casefold().split())
