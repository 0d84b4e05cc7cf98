"""Who signed is said; how the paper was signed, and to whom it goes, is not."""

import pytest

from audio.reading import read, read_line

RECEIVERS = """Trân trọng thông báo./.

Nơi nhận:
- Như trên;
- TT Đảng ủy (b/c);

- Lưu: VT, VP.
TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
(Đã ký)
Hoàng Văn Bình"""


def test_the_end_of_a_letter_is_said_as_an_announcer_would() -> None:
    reading = read(RECEIVERS)
    assert reading.spoken == "Trân trọng thông báo. ủy ban nhân dân. phó chủ tịch. Hoàng Văn Bình."
    assert "".join(span.source for span in reading.spans) == RECEIVERS
    silent = [span.source for span in reading.spans if span.rule == "silent"]
    assert silent == [
        "Nơi nhận:",
        "- Như trên;",
        "- TT Đảng ủy (b/c);",
        "- Lưu: VT, VP.",
        "TM. ",
        "KT. CHỦ TỊCH",
        "(Đã ký)",
    ]


def test_a_list_after_the_receivers_that_files_nothing_is_not_theirs() -> None:
    assert read("Nơi nhận:\n- Thời gian: 8h\n- Địa điểm: thôn 2").spoken == "Thời gian: tám giờ. Địa điểm: thôn hai."


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("TM. UBND XÃ", "ủy ban nhân dân xã"),
        ("TM UBND XÃ", "ủy ban nhân dân xã"),
        ("T/M UBND XÃ", "ủy ban nhân dân xã"),
        ("K/T CHỦ TỊCH", "chủ tịch"),
        ("KT. CHỦ TỊCH / PHÓ CHỦ TỊCH", "phó chủ tịch"),
        ("TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG", "chánh văn phòng"),
        ("TL.155 cấm xe", "tỉnh lộ một trăm năm mươi lăm cấm xe"),
        ("(Ký tên, đóng dấu)", ""),
        ("Q. CHỦ TỊCH", "quyền chủ tịch"),
        ("Đã ký kết hợp đồng", "Đã ký kết hợp đồng"),
    ],
)
def test_a_signature_line(written: str, spoken: str) -> None:
    assert read_line(written).removesuffix(".") == spoken


def test_a_hostile_list_of_receivers_is_read_in_one_pass() -> None:
    assert read("Nơi nhận:\n" * 2_000).spoken == ""
    assert read("Nơi nhận:\n" + "- a\n" * 2_000).spoken.startswith("a")
