"""The sample commune: made up, but shaped like real ones in the northern mountains (docs/architecture.md names them).

Nine villages with 622 households, four loudspeaker clusters, five peoples. Names and languages are the commune's; ids
are what stands in topics and on the command line.
"""

from dataclasses import dataclass

COMMUNE_ID = "vi-huong"
COMMUNE_NAME = "Xã Vi Hương (mẫu)"
OFFICER = "vanhoa"
OFFICER_NAME = "Cán bộ văn hóa xã"


@dataclass(frozen=True, slots=True)
class SampleVillage:
    """A village of the sample: id, name, households, and the languages of its people in their order."""

    id: str
    name: str
    households: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """A loudspeaker cluster of the sample and the villages that hear it."""

    id: str
    name: str
    villages: tuple[str, ...]


VILLAGES = (
    SampleVillage("khau-bang", "Thôn Khau Bang", 71, ("tay", "vi")),
    SampleVillage("na-pai", "Thôn Nà Pái", 64, ("tay", "nung", "vi")),
    SampleVillage("coc-thoc", "Thôn Cốc Thốc", 58, ("nung", "vi")),
    SampleVillage("dia-cat", "Thôn Địa Cát", 83, ("vi", "tay")),
    SampleVillage("na-it", "Thôn Nà Ít", 77, ("tay", "vi")),
    SampleVillage("ban-don", "Bản Đồn", 69, ("dao", "vi")),
    SampleVillage("khuoi-cut", "Bản Khuổi Cụt", 52, ("dao", "vi")),
    SampleVillage("thuy-dien", "Thôn Thủy Điện", 88, ("vi", "muong")),
    SampleVillage("na-sang", "Thôn Nà Sang", 60, ("muong", "tay", "vi")),
)

UNITS = (
    SampleUnit("khau-bang", "Cụm loa Khau Bang", ("khau-bang", "na-pai")),
    SampleUnit("dia-cat", "Cụm loa Địa Cát", ("coc-thoc", "dia-cat", "na-it")),
    SampleUnit("ban-don", "Cụm loa Bản Đồn", ("ban-don", "khuoi-cut")),
    SampleUnit("thuy-dien", "Cụm loa Thủy Điện", ("thuy-dien", "na-sang")),
)

BULLETIN_TITLE = "Thông báo tạm ngừng cấp điện"
BULLETIN = """\
Kính thưa bà con!
UBND xã thông báo: theo TB số 126/TB-UBND, ngày 24/11/2026, từ 07h30 – 11h00, ngành điện tạm ngừng cấp điện \
tại các thôn Khau Bang, Nà Pái để sửa chữa đường dây.
Đề nghị bà con chủ động sắp xếp sinh hoạt. Trân trọng cảm ơn!
"""
