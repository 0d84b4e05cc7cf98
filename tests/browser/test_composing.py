"""The whole way from words to what was heard, and everything that can go wrong on it."""

import re

import pytest
from playwright.sync_api import expect

from controller.services import composing, results
from protocol.names import Stage

NOTICE = "UBND xã thông báo: 07h30 ngày 24/11/2026 mời bà con họp thôn."


def write(desk, text: str = NOTICE):
    page = desk.open("/soan")
    page.fill("#text", text)
    return page


def go_on(page) -> None:
    page.locator("form .acts .button-main").click()


def broadcasts(site):
    now = site.commune.clock.now
    return results.sittings(site.commune.desk, since=now.replace(year=2020), until=now.replace(year=2030), limit=50)


def to_check(desk, site):
    page = write(desk)
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    site.commune.work()
    go_on_link(page)
    page.check("text=Thôn Khau Bang")
    go_on(page)
    page.check("text=Phát ngay")
    go_on(page)
    page.wait_for_url(re.compile("/kiem-tra"))
    return page


def go_on_link(page) -> None:
    page.locator(".acts a.button-main").click()


def test_from_words_to_what_was_heard(desk, site):
    page = write(desk)
    expect(page.locator("#draft-status")).to_have_text("Đã lưu nháp lúc 08:00:00")
    page.click("text=Xem cách đọc")
    expect(page.locator("#reading mark").first).to_contain_text("ủy ban nhân dân", ignore_case=True)
    go_on(page)
    expect(page.locator("#rendering")).to_contain_text("Đang chờ đến lượt tạo giọng đọc")
    site.commune.work()
    expect(page.locator("#rendering audio")).to_be_visible()
    expect(page.locator("#rendering")).to_contain_text("eSpeak (trên máy này), giọng vi")
    page.wait_for_function("document.querySelector('audio').duration > 2")
    go_on_link(page)
    page.check("text=Chọn tất cả")
    expect(page.locator("[data-tally]")).to_have_text("9 / 9 thôn · 622 hộ")
    page.uncheck("text=Thôn Nà Pẻn")
    expect(page.locator("[data-tally]")).to_have_text("8 / 9 thôn · 566 hộ")
    go_on(page)
    page.check("text=Phát ngay")
    go_on(page)
    expect(page.locator("main")).to_contain_text("Không trùng giờ với bản tin nào khác.")
    page.click("button:has-text('Phát ngay')")
    page.wait_for_url(re.compile("/ket-qua/"))
    made = page.url.rsplit("/", 1)[-1]
    expect(page.locator("#khau-bang")).to_contain_text("Cụm loa chưa bao giờ liên lạc.")
    commune = site.commune
    commune.work()
    commune.report("khau-bang")
    commune.receipt("khau-bang", made, Stage.STORED)
    expect(page.locator("#khau-bang")).to_contain_text("Sẵn sàng")
    commune.receipt("khau-bang", made, Stage.STARTED, error_us=900)
    expect(page.locator("#khau-bang")).to_contain_text("Đang phát.")
    commune.receipt("khau-bang", made, Stage.FINISHED, played_ms=48_000, of_ms=48_000)
    expect(page.locator("#khau-bang")).to_contain_text("Đã phát 48/48 giây.")


def test_a_double_press_is_one_broadcast(desk, site):
    page = to_check(desk, site)
    page.locator("button:has-text('Phát ngay')").dblclick()
    page.wait_for_url(re.compile("/ket-qua/"))
    assert len(broadcasts(site)) == 1


def test_going_back_and_pressing_again_leads_to_the_same_broadcast(desk, site):
    page = to_check(desk, site)
    page.click("button:has-text('Phát ngay')")
    page.wait_for_url(re.compile("/ket-qua/"))
    first = page.url
    page.go_back()
    page.wait_for_url(re.compile("/kiem-tra"))
    fields = dict(page.evaluate("[...new FormData(document.querySelector('form.acts'))]"))
    again = page.request.post(page.url.replace("/kiem-tra", "/phat").split("?")[0], form=fields)
    assert again.url.startswith(f"{site.url}/ket-qua/")
    assert len({first, *(f"{site.url}/ket-qua/{sitting.broadcast}" for sitting in broadcasts(site))}) <= 2


def test_a_double_press_on_the_first_step_is_one_bulletin(desk, site):
    page = write(desk)
    page.locator("form .acts .button-main").dblclick()
    page.wait_for_url(re.compile("/nghe$"))
    assert len(composing.bulletins(site.commune.desk)) == 1


def test_a_session_lost_while_writing_loses_no_text(desk, site):
    page = write(desk, "Câu đầu.")
    desk.context.clear_cookies()
    page.locator("#text").press_sequentially(" Câu viết khi phiên đã hết.")
    expect(page.locator("#signed-out")).to_contain_text("chữ bạn viết vẫn còn")
    page.click("#signed-out button")
    go_on(page)
    expect(page.locator(".gate")).to_contain_text("Phần chữ bạn vừa gửi đang được giữ")
    page.fill("#name", "hoa")
    page.fill("#password", "bac-kan-2026-loa")
    page.click("button.button-main")
    expect(page.locator("#text")).to_have_value("Câu đầu. Câu viết khi phiên đã hết.")


def test_text_that_never_reached_the_desk_is_brought_back_by_the_browser(desk, site):
    page = desk.open("/soan")
    page.route("**/soan/nhap", lambda route: route.fulfill(status=503))
    page.evaluate("navigator.sendBeacon = () => false")
    page.fill("#text", "Viết khi mạng hỏng.")
    page.fill("#title", "Tin")
    page.goto("about:blank")
    page = desk.open("/soan")
    expect(page.locator("#text")).to_have_value("Viết khi mạng hỏng.")
    expect(page.locator("#draft-restored")).to_contain_text("Đã lấy lại phần chữ chưa kịp lưu")
    page.unroute("**/soan/nhap")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    desk.complaints.clear()  # the browser says that the answer was 503
    expect(desk.open("/soan").locator("#text")).to_have_value("")


def test_leaving_the_page_at_once_still_keeps_the_draft(desk, site):
    page = write(desk, "Chưa kịp lưu.")
    page.click("nav >> text=Cụm loa")
    page.wait_for_url(re.compile("/cum-loa$"))
    expect(desk.open("/soan").locator("#text")).to_have_value("Chưa kịp lưu.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Chưa có nội dung."), ("a" * 20_000, "Nội dung dài 20.000 ký tự, tối đa là 10.000.")],
    ids=["empty", "20000"],
)
def test_a_bad_text_is_said_beside_the_field_and_stays(desk, text: str, sentence: str):
    page = write(desk, text)
    go_on(page)
    expect(page.locator("[role=alert]")).to_contain_text(sentence)
    expect(page.locator("[role=alert]")).to_be_focused()
    expect(page.locator(".field:has(#text) .fault").first).to_contain_text(sentence)
    expect(page.locator("#text")).to_have_value(text)


def test_the_counter_warns_before_anything_is_sent(desk):
    page = write(desk, "a" * 10_001)
    expect(page.locator(".counter")).to_have_class(re.compile("fault"))
    expect(page.locator("#text-count")).to_have_text("10.001")


def test_a_file_that_is_no_sound_is_said_beside_the_field(desk, tmp_path):
    path = tmp_path / "don-xin.mp3"
    path.write_bytes(b"%PDF-1.7" + bytes(3000))
    page = desk.open("/soan")
    page.check("text=Tệp ghi âm")
    expect(page.locator("#text")).to_be_hidden()
    page.set_input_files("#file", path)
    expect(page.locator("[data-part=problem]")).to_contain_text("không phải tệp âm thanh")
    go_on(page)
    expect(page.locator("[data-part=problem]")).to_contain_text("không phải tệp âm thanh")
    assert page.url.endswith("/soan")


def test_bad_plans_are_said_where_they_are(desk, site):
    page = write(desk)
    go_on(page)
    go_on_link(page)
    go_on(page)
    expect(page.locator("[role=alert]")).to_contain_text("Chưa chọn thôn nào.")
    page.check("text=Thôn Cốc Xả")
    go_on(page)
    page.check("text=Một lần")
    page.fill("#date", "22/11/2026")
    expect(page.locator("#words-date")).to_have_text("Chủ nhật, 22/11/2026 · ngày 14 tháng Mười âm lịch")
    page.fill("#time", "5h30")
    go_on(page)
    expect(page.locator(".field:has(#time) .fault")).to_contain_text("Giờ này đã qua.")
    page.check("text=Lặp lại")
    page.fill("#from", "30/11/2026")
    page.fill("#until", "29/11/2026")
    page.fill("#times", "05:30")
    go_on(page)
    expect(page.locator(".field:has(#until) .fault")).to_contain_text("đứng trước ngày bắt đầu")
    expect(page.locator("#until")).to_have_value("29/11/2026")
    assert broadcasts(site) == ()


def test_only_what_belongs_to_the_choice_is_shown(desk, site):
    page = write(desk)
    go_on(page)
    made = page.url.split("/")[-2]
    page = desk.open(f"/soan/{made}/gio?village=khau-bang")
    expect(page.locator("#date")).to_be_hidden()
    page.check("text=Lặp lại")
    expect(page.locator("#times")).to_be_visible()
    expect(page.locator("#weekdays")).to_be_hidden()
    page.check("input[value=monthly]")
    expect(page.locator("#days")).to_be_visible()
