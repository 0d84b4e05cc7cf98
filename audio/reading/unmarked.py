"""Whether a notice was typed without its marks ("thong bao cat dien"), which no voice can read rightly.

Said to the officer before approval; nothing is guessed or put in. English, names and codes must not raise the
question: nearly all words must have the shape of a Vietnamese syllable, hardly one may carry a mark, most must be
familiar from notices or be such as only Vietnamese has ("dien", "duoc", "nguoi"), and one at least must need a mark.
"""

import re
from typing import Final

from audio.reading.syllables import has_mark, is_syllable, is_unmarked_only, is_unmarked_syllable
from audio.reading.word_lists import listed

_WORD: Final = re.compile(r"(?<![\w@./-])[^\W\d_]{2,}+(?![\w@/-]|\.\w)")
_LEAST_WORDS: Final = 4
_SHAPED_SHARE: Final = 0.8
_MARKED_SHARE: Final = 0.15
"""A notice with its marks has them on more than half of its words."""
_FAMILIAR_SHARE: Final = 0.55
_COMMON: Final = listed(
    "ap ba ban bao bay bi binh bo bon cac cach can canh cao cap cat cham chap chau chay chi chin chinh cho chong "
    "chu chua chung co con cong cua cung da dai dan dang dat dau day de dem den di dia dich dinh do doc doi don "
    "dong du duong em gam gia giai gian giao gio giup goi gop gui hai ham hang hanh hau hec het hien hinh ho hoa "
    "hoach hoan hoc hoi hom hop huy huyen ke ket khac khai kham khan khau khi khoa khoan khoang khoi khong khu "
    "khuyen ki kiem kinh ky la lai lam lan lang lanh lap lich lien linh lo loa lon luc luong ly mat mau met moc moi "
    "mot mua muc mung nam nay nganh ngay nghe nghi nghiep nghin ngoai ngu nguoi nguy nha nham nhan nhat nhau nhieu "
    "nho nhom nhu nhung ninh noi nong nop nuoc ong pac pha phai phan phap phat phay phi phien phong phu phuc phuong "
    "phut qua quan quoc quy ra rau rung san sang sau sinh so son song sot su sua suc tai tam tan tap tat tay ten "
    "tet tham thang thanh thap thay theo thi thien thiet tho thoi thon thong thu thuc thue thuy tich tiem tien "
    "tieng tiep tiet tieu tim tin tinh to toan toi tong tot tra tram tre tren tro trong tru truc trung truoc truong "
    "truyen tu tuan tuc tuoi tuyen ty ung uy va vac van vao ve vi viec vien viet voi von vong vu vua xa xay xe xep "
    "xet xin xong xuan xuat y yeu "
)
"""What is left of the commonest syllables of notices when their marks are taken off."""


def lacks_marks(text: str) -> bool:
    """Whether the text is Vietnamese typed without marks ("có vẻ thiếu dấu"); short and foreign texts are not."""
    words = [word.lower() for word in _WORD.findall(text) if not _is_code(word, text)]
    plain = [word for word in words if not has_mark(word)]
    if len(plain) < _LEAST_WORDS or len(words) - len(plain) > _MARKED_SHARE * len(words):
        return False
    shaped = [word for word in plain if is_unmarked_syllable(word)]
    familiar = sum(word in _COMMON or is_unmarked_only(word) for word in shaped)
    return (
        len(shaped) >= _SHAPED_SHARE * len(words)
        and familiar >= _FAMILIAR_SHARE * len(shaped)
        and not all(map(is_syllable, shaped))
    )


def _is_code(word: str, text: str) -> bool:
    """Whether a word in capitals is an abbreviation, as it is when the rest is not in capitals."""
    return word.isupper() and not text.isupper()
