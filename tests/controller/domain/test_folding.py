import unicodedata

import pytest

from controller.domain.folding import folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đường", "duong"),
        ("đ/c", "d/c"),
        (" Lở  mồm\tlong móng ", "lo mom long mong"),
        (unicodedata.normalize("NFD", "Ủy ban"), "uy ban"),
        ("", ""),
    ],
)
def test_marks_case_and_wide_blanks_do_not_matter(text: str, plain: str):
    assert folded(text) == plain
