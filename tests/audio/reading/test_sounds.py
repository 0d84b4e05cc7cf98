"""A voice that knows only Vietnamese is given the sounds of foreign words; nothing else changes."""

import pytest

from audio.reading import DEFAULT, read, read_line, sounded


@pytest.mark.parametrize(
    ("written", "sounds"),
    [
        ("Nhóm Zalo, trang Facebook", "Nhóm da lô, trang phây búc"),
        ("Xem dichvucong.gov.vn", "Xem dịch vụ công chấm gốp chấm vê en"),
        ("Họp qua Google Meet", "Họp qua gu gồ mít"),
        ("Mạng xã hội của Wolfram", "Mạng xã hội của Uolphram"),
        ("Kính mời bà con, đúng giờ!", "Kính mời bà con, đúng giờ!"),
    ],
)
def test_foreign_words_are_given_their_sounds(written: str, sounds: str) -> None:
    assert sounded(read_line(written)) == sounds


def test_a_commune_may_say_a_name_in_its_own_way() -> None:
    ours = DEFAULT.with_entries({"Zalo": "gia lô"})
    assert sounded(read("Nhóm Zalo", ours).lines[0], ours) == "Nhóm gia lô"


def test_every_sound_is_itself_only_vietnamese() -> None:
    for sounds in (*DEFAULT.foreign.values(), *DEFAULT.labels.values()):
        assert sounded(sounds) == sounds
