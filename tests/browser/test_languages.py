"""Languages as an officer meets them: a second one for a bulletin, those of a village, a warning in ready phrases."""

import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from controller.domain.rendition import Language
from controller.services import composing, phrases
from tests.browser.conftest import Site
from tests.browser.ordinary_day import bulletin
from tests.fakes.desk import CODE

SOUND = b"RIFF....WAVEfmt " + bytes(400)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    file = tmp_path / "tieng-tay.wav"
    file.write_bytes(SOUND)
    return file


@pytest.fixture
def spoken(site: Site) -> Site:
    """Vietnamese is spoken, and Tày has what a flood needs."""
    for phrase in ("attention", "flash-flood", "high-ground"):
        token = composing.keep_upload(site.commune.desk, io.BytesIO(SOUND), name="a.wav").token
        phrases.take_recording(site.commune.desk, site.commune.user, phrase, Language.TAY, token)
    while phrases.render_next(site.commune.desk):
        pass
    site.commune.work()
    return site


@pytest.mark.parametrize("scripts", [True, False])
def test_a_bulletin_gets_a_second_language_and_the_last_page_says_who_hears_it(desks, site, recorded, scripts):
    made = bulletin(site.commune, "Ủy ban nhân dân xã mời bà con đi họp.", "Họp thôn")
    page = desks(java_script_enabled=scripts).sign_in().open(f"/soan/{made}/nghe")
    page.click("#languages-add summary")
    page.select_option("#language", "tay")
    page.set_input_files("#language_file", recorded)
    page.fill("#language_text", "Mời pỉ noọng pây họp.")
    page.click("text=Lưu tiếng này")
    expect(page.locator("main")).to_contain_text("Đã lưu bản Tiếng Tày.")
    site.commune.work()
    if not scripts:
        page.locator("#tieng-tay").get_by_text("Xem lại").click()
    expect(page.locator("#tieng-tay .badge").first).to_have_text("Đã có tiếng")
    expect(page.locator("#tieng-vi audio")).to_be_visible()
    page.goto(f"{site.url}/soan/{made}/kiem-tra?village=khau-bang&village=na-chao&when=now")
    expect(page.locator("main")).to_contain_text("Tiếng Tày, Tiếng Việt Thôn Khau Bang")
    expect(page.locator("main")).to_contain_text("Chưa có Tiếng Nùng: Thôn Nà Chào.")


def test_a_village_changes_the_order_of_its_languages(desk, site):
    page = desk.open("/thon-ban")
    page.select_option("#languages-khau-bang-0", "vi")
    page.select_option("#languages-khau-bang-1", "tay")
    page.click("text=Lưu ngôn ngữ")
    expect(page.locator("main")).to_contain_text("Đã lưu ngôn ngữ của 1 thôn.")
    expect(page.locator("#languages-khau-bang-0")).to_have_value("vi")


def test_a_phrase_is_recorded_and_the_page_follows(desk, spoken, recorded):
    page = desk.open("/cau-khan-cap?tieng=nung")
    expect(page.locator("#phrases-state")).to_contain_text("đã có 0/24 câu")
    line = page.locator("#storm")
    line.locator("summary").click()
    line.get_by_label("Tệp ghi âm").set_input_files(recorded)
    expect(page.locator("#storm")).to_contain_text("Đã nhận bản thu, đang xử lý.")
    while phrases.render_next(spoken.commune.desk):
        pass
    expect(page.locator("#phrases-state")).to_contain_text("đã có 1/24 câu")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_warning_is_put_together_and_sent_with_the_code(desks, spoken, scripts):
    page = desks(java_script_enabled=scripts).sign_in().open("/khan-cap")
    page.click("text=Chọn câu")
    page.check("text=Cảnh báo lũ quét")
    page.check("text=Di chuyển ngay lên nơi cao")
    page.click("text=Tiếp tục: Kiểm tra")
    expect(page.locator("main")).to_contain_text("Chưa chọn thôn nào.")
    expect(page.locator("input[value=flash-flood]")).to_be_checked()
    page.check("input[value=khau-bang]")
    page.check("input[value=khuoi-dao]")
    page.click("text=Tiếp tục: Kiểm tra")
    expect(page.locator("main")).to_contain_text("Tiếng Dao chưa phát được vì thiếu")
    page.fill("#code", CODE)
    page.click("text=Phát khẩn cấp ngay")
    expect(page.locator("h1")).to_have_text("Cảnh báo lũ quét. Nước suối đang dâng rất nhanh.")
    expect(page.locator("#khau-bang")).to_contain_text("Tiếng Tày, Tiếng Việt")
    assert {len(order.act.broadcast.items) for order in spoken.commune.doorbell.all_orders()} == {12, 6}
