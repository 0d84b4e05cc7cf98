import pytest

from audio.speech.language import is_tag, spoken_as


@pytest.mark.parametrize(
    ("asked", "spoken", "found"),
    [
        ("vi", ["vi"], "vi"),
        ("vi-VN", ["vi"], "vi"),
        ("vi", ["vi-VN"], "vi-VN"),
        ("VI-vn", ["vi-VN", "vi"], "vi-VN"),
        ("vi", ["vi-VN", "vi"], "vi"),
        ("vi-VN", ["vi-US"], None),
        ("vie", ["vi"], None),
        ("tyz", ["vi", "en"], None),
        ("zh-Hant-TW", ["zh-Hant", "zh-Hans"], "zh-Hant"),
    ],
)
def test_the_best_fitting_tag(asked: str, spoken: list[str], found: str | None) -> None:
    assert spoken_as(asked, spoken) == found


@pytest.mark.parametrize(
    ("text", "holds"), [("vi", True), ("zh-Hant-TW", True), ("", False), ("v", False), ("vi_VN", False)]
)
def test_the_shape_of_a_tag(text: str, *, holds: bool) -> None:
    assert is_tag(text) is holds
