import pytest

from audio.documents import Code, DocumentKind
from tests.audio.documents.conftest import Refused, Taken
from tests.fakes.office_files import odt


@pytest.fixture
def taken(parsed: Taken) -> Taken:
    return parsed


def test_a_notice_as_libreoffice_writes_it(taken: Taken) -> None:
    body = (
        "<text:tracked-changes><text:p>đã xóa</text:p></text:tracked-changes>"
        "<text:h>THÔNG BÁO</text:h>"
        "<text:p>Họp<text:s text:c='3'/>thôn<text:tab/>lúc <text:span>7h</text:span>30<text:line-break/>tại nhà"
        "<text:note><text:p>ghi chú</text:p></text:note></text:p>"
        "<text:list><text:list-item><text:p>mang áo mưa</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Nà Lạng</text:p></table:table-cell>"
        "<table:table-cell><text:p>7h30</text:p></table:table-cell></table:table-row></table:table>"
    )
    found = taken(odt(body))
    assert found.kind is DocumentKind.OPEN_DOCUMENT
    assert found.text == "THÔNG BÁO\nHọp thôn lúc 7h30\ntại nhà\nmang áo mưa\nNà Lạng, 7h30"


def test_a_password_is_refused(refused: Refused) -> None:
    manifest = "<manifest:manifest xmlns:manifest='urn:m'><manifest:encryption-data/></manifest:manifest>"
    assert refused(odt("<text:p>x</text:p>", {"META-INF/manifest.xml": manifest})) is Code.PROTECTED


def test_a_part_that_is_missing_or_broken_is_damage(refused: Refused) -> None:
    assert refused(odt("<text:p>")) is Code.DAMAGED
    assert refused(odt("<text:p>x</text:p>")[:-80]) is Code.DAMAGED


def test_no_text_is_refused(refused: Refused) -> None:
    assert refused(odt("<text:p/>")) is Code.NO_TEXT
    assert refused(odt("<text:p>a<text:s text:c='999'/></text:p>" * 2), characters=50) is Code.TOO_LARGE
