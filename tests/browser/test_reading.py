"""How a text is read, on a phone: opened with a tap, mended, asked about, and sent only then."""

import re

import pytest
from playwright.sync_api import expect

from controller.services import corrections, dictionary
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_composing import broadcasts, go_on, go_on_link, write
from tests.browser.test_pages import WIDTHS, unfit

NOTICE = "Theo TT số 39/2020, UBND TT Phủ Thông mời bà con đến lúc 07h30."
TCVN3 = "Th«ng b¸o: UBND x· mêi bµ con häp th«n lóc 7h30."


def paste(page, text: str) -> None:
    """As the browser does it: the text is there, and then the field is told so."""
    page.fill("#text", text)
    page.dispatch_event("#text", "paste")


def test_an_abbreviation_of_two_meanings_is_asked_about_answered_heard_and_planned(desk, site):
    page = write(desk, NOTICE)
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    made = page.url.split("/")[-2]
    expect(page.locator("#questions")).to_contain_text("2 chữ viết tắt có nhiều nghĩa")
    site.commune.work()
    expect(page.locator("#rendering audio")).to_be_visible()
    go_on_link(page)
    page.check("text=Thôn Khau Bang")
    go_on(page)
    page.check("text=Phát ngay")
    go_on(page)
    expect(page.locator("[role=alert]")).to_contain_text("Còn 2 chữ viết tắt chưa chọn cách đọc.")
    expect(page.locator("button:has-text('Phát ngay')")).to_have_count(0)
    second = page.locator("#questions fieldset").nth(1)
    expect(second.locator("legend")).to_contain_text("UBND TT Phủ Thông")
    expect(second.locator("input:checked").first).to_have_value("thị trấn")
    second.get_by_text("Cách đọc khác").click()
    second.get_by_label("Đọc là").fill("trung tâm")
    page.click("text=Xác nhận 2 cách đọc")
    expect(page.locator("main")).to_contain_text("Đã chọn xong cách đọc.")
    expect(page.locator("main")).to_contain_text("Đang tạo giọng đọc")
    site.commune.work()
    (line,) = site.commune.studio.rendered[-1].spoken_lines
    assert line.startswith("Theo thông tư số ba mươi chín năm hai nghìn không trăm hai mươi, ủy ban")
    assert line.endswith("ủy ban nhân dân trung tâm Phủ Thông mời bà con đến lúc bảy giờ ba mươi phút.")
    desk.open(f"/soan/{made}/nghe")
    expect(page.locator("#rendering audio")).to_be_visible()
    expect(page.locator("#questions")).to_have_count(0)
    desk.open(f"/soan/{made}/kiem-tra?village=khau-bang&when=now")
    page.click("button:has-text('Phát ngay')")
    page.wait_for_url(re.compile("/ket-qua/"))
    assert len(broadcasts(site)) == 1


def test_a_word_is_opened_with_the_keyboard_and_mended_for_this_bulletin(desk, site):
    page = write(desk, NOTICE)
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    made = page.url.split("/")[-2]
    page.locator("#reading a.said", has_text="ủy ban nhân dân").press("Enter")
    expect(page.locator("#fix-title")).to_be_focused()
    expect(page.locator("#fix")).to_contain_text("Chữ viết tắt, đọc đủ chữ.")
    expect(page.locator("#fix-spoken")).to_have_value("ủy ban nhân dân")
    assert page.url.endswith("/nghe")
    page.fill("#fix-spoken", "ủy ban")
    page.locator("#fix-spoken").press("Enter")
    expect(page.locator("main")).to_contain_text("Đã sửa cách đọc “UBND” trong bản tin này.")
    assert "ủy ban thị trấn" in corrections.wording(site.commune.desk, made).reading.spoken
    assert dictionary.entries(site.commune.desk) == ()


def test_a_word_is_mended_while_writing_and_travels_with_the_draft(desk, site):
    page = write(desk, NOTICE)
    page.click("text=Xem cách đọc")
    expect(page.locator("#reading .notice-warn")).to_contain_text("2 chữ viết tắt có nhiều nghĩa")
    page.locator("#reading a.said-asked", has_text="thị trấn").click()
    expect(page.locator("#fix-title")).to_be_focused()
    page.locator("#fix [data-fill]", has_text="thông tin").click()
    expect(page.locator("#fix-spoken")).to_have_value("thông tin")
    page.locator("#fix-spoken").press("Enter")
    expect(page.locator("#reading .notice-ok")).to_be_focused()
    expect(page.locator("#reading .spoken")).to_contain_text("ủy ban nhân dân thông tin Phủ Thông")
    expect(page.locator("#reading .notice-warn")).to_contain_text("1 chữ viết tắt có nhiều nghĩa")
    expect(page.locator("#draft-status")).to_have_text("Đã lưu nháp lúc 08:00:00")
    page = desk.open("/soan")
    page.click("text=Xem cách đọc")
    expect(page.locator("#reading .spoken")).to_contain_text("ủy ban nhân dân thông tin Phủ Thông")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    expect(page.locator("#questions")).to_contain_text("1 chữ viết tắt có nhiều nghĩa")


def test_enter_in_the_name_goes_on_and_throws_nothing_away(desk):
    page = write(desk, NOTICE)
    page.fill("#title", "Mời họp")
    page.locator("#title").press("Enter")
    page.wait_for_url(re.compile("/nghe$"))


def test_a_pasted_text_of_the_nineties_is_turned_into_unicode_and_back(desk):
    page = desk.open("/soan")
    paste(page, TCVN3)
    expect(page.locator("#text")).to_have_value("Thông báo: UBND xã mời bà con họp thôn lúc 7h30.")
    expect(page.locator("#pasted")).to_contain_text("Đã chuyển từ bảng mã TCVN3 sang Unicode.")
    page.click("text=Lấy lại chữ như lúc dán")
    expect(page.locator("#text")).to_have_value(TCVN3)
    expect(page.locator("#pasted")).to_have_text("")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))


def test_a_text_without_marks_is_warned_about(desk):
    page = write(desk, "Thong bao cat dien toan xa tu 7h30 den 16h, ba con chu y.")
    page.click("text=Xem cách đọc")
    expect(page.locator("#reading .notice-warn")).to_contain_text("Có vẻ thiếu dấu.")


def test_the_dictionary_is_searched_while_typing_and_changed(desk, site):
    dictionary.put_all(
        site.commune.desk, site.commune.user, {"ĐLN": "đường lâm nghiệp", "NVH": "nhà văn hóa", "BX": "bến xe"}
    )
    page = desk.open("/tu-dien")
    page.locator("#search").press_sequentially("duong")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator("#entries-title")).to_have_text("1 chữ")
    expect(page.locator("#search")).to_be_focused()
    page.locator(".entry summary").click()
    page.locator(".entry").get_by_label("Đọc là").fill("đường lâm trường")
    page.locator(".entry").get_by_text("Lưu").click()
    expect(page.locator("main")).to_contain_text("Đã ghi “ĐLN” vào từ điển.")
    page.locator(".entry", has_text="BX").locator("summary").click()
    page.locator(".entry", has_text="BX").get_by_role("button", name="Xóa").click()
    expect(page.get_by_role("dialog")).to_contain_text("Xóa “BX” khỏi từ điển?")
    page.get_by_role("dialog").get_by_role("button", name="Đồng ý").click()
    expect(page.locator("main")).to_contain_text("Đã xóa “BX” khỏi từ điển.")
    assert [one.written for one in dictionary.entries(site.commune.desk)] == ["ĐLN", "NVH"]


def test_a_list_goes_out_and_comes_back(desk, site, tmp_path):
    dictionary.put(site.commune.desk, site.commune.user, written="BX", spoken="bến xe")
    page = desk.open("/tu-dien")
    with page.expect_download() as download:
        page.click("text=Xuất ra Excel")
    file = tmp_path / "danh-sach.csv"
    file.write_bytes(download.value.path().read_bytes() + "NC,nương chè\r\nsai\r\n".encode())
    page.set_input_files("#file", file)
    page.click("button:has-text('Xem trước')")
    expect(page.locator("main")).to_contain_text("Dòng 4: “sai”.")
    page.click("text=Nhập 1 chữ")
    expect(page.locator("#text")).to_have_value("sai")
    assert [one.written for one in dictionary.entries(site.commune.desk)] == ["BX", "NC"]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "dark desktop"])
def test_what_opens_and_what_asks_is_fit(desks, site, size, scheme):
    desk = desks(size, color_scheme=scheme, bypass_csp=True).sign_in()
    page = write(desk, NOTICE + " Xem 你好. Thong bao cat dien toan xa tu bay gio.")
    page.click("text=Xem cách đọc")
    page.locator("#reading a.said", has_text="ủy ban").click()
    expect(page.locator("#fix-title")).to_be_focused()
    found = {"draft": unfit(page)}
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    page.locator("#reading a.said-asked").first.click()
    expect(page.locator("#fix-title")).to_be_focused()
    found["listen"] = unfit(page)
    desk.open("/tu-dien")
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": "BX,bến xe\nsai".encode()})
    page.click("button:has-text('Xem trước')")
    found["list"] = unfit(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert desk.sideways() <= 0
    desk.open("/soan")
    paste(page, TCVN3)
    expect(page.locator("#pasted")).to_contain_text("TCVN3")
    found["pasted"] = unfit(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_text_of_a_file_is_taken_for_editing_and_a_refusal_is_said(desk):
    page = write(desk, "Kính thưa bà con!")
    page.click("text=Lấy chữ từ tệp Word hoặc PDF")
    page.set_input_files(
        "#document", {"name": "tin.txt", "mimeType": "text/plain", "buffer": "Mời bà con họp lúc 7h30.".encode()}
    )
    page.get_by_role("button", name="Lấy chữ").click()
    expect(page.locator("#text")).to_have_value("Kính thưa bà con!\n\nMời bà con họp lúc 7h30.")
    expect(page.locator("#pasted")).to_contain_text("Đã lấy 24 ký tự từ “tin.txt”.")
    expect(page.locator("#draft-restored")).to_be_hidden()
    page.click("text=Lấy chữ từ tệp Word hoặc PDF")
    page.set_input_files("#document", {"name": "a.doc", "mimeType": "application/msword", "buffer": b"{\\rtf1 x}"})
    page.get_by_role("button", name="Lấy chữ").click()
    expect(page.locator(".field:has(#document) .fault")).to_contain_text("Tệp Word kiểu cũ")
    expect(page.locator("#document")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Kính thưa bà con!\n\nMời bà con họp lúc 7h30.")
