"""Every page, at the sizes that officers have: readable, reachable by keyboard, quiet, and alive."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from protocol.names import Stage
from tests.browser.conftest import DESKTOP, PHONE
from tests.controller.web.set_back import set_back

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TARGET = 44
WIDTHS = (320, 390, 768, 1440)


def addresses(made: dict[str, str]) -> dict[str, str]:
    bulletin = f"/soan/{made['bulletin']}"
    chosen = "village=khau-bang&village=thuy-dien"
    return {
        "home": "/",
        "write": "/soan",
        "edit": f"{bulletin}/sua",
        "listen": f"{bulletin}/nghe",
        "villages": f"{bulletin}/thon?{chosen}",
        "no village": f"{bulletin}/gio",
        "once": f"{bulletin}/gio?{chosen}&when=once",
        "repeating": f"{bulletin}/gio?{chosen}&when=repeating&every=monthly",
        "bad time": f"{bulletin}/kiem-tra?{chosen}&when=once&date=22/11/2026&time=25h",
        "check": f"{bulletin}/kiem-tra?{chosen}&when=once&date=23/11/2026&time=11:00",
        "partly": f"/ket-qua/{made['partly']}",
        "planned": f"/ket-qua/{made['planned']}",
        "on air": f"/ket-qua/{made['on-air']}",
        "log": "/nhat-ky",
        "plans": "/lich",
        "units": "/cum-loa",
        "alarms": "/canh-bao",
        "phrases": "/cau-khan-cap",
        "phrases of another language": "/cau-khan-cap?tieng=tay",
        "languages of villages": "/thon-ban",
        "emergency": "/khan-cap",
        "phrases to choose": "/khan-cap/ghep?phrase=storm&village=khau-bang",
        "phrases chosen": "/khan-cap/ghep/kiem-tra?phrase=storm&village=khau-bang&status=exercise",
        "dictionary": "/tu-dien",
        "reading": f"{bulletin}/doc/{made['asked']}",
        "recovery": "/khoi-phuc",
        "password": "/mat-khau",
        "missing": "/khong-co",
    }


def unfit(page) -> list[str]:
    """What axe-core finds, one line each."""
    assert AXE.exists(), "axe-core is missing: run bin/assets --dev"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(STANDARD)}}})")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "dark desktop"])
def test_axe_finds_nothing_on_any_page(desks, busy, size, scheme):
    desk = desks(size, color_scheme=scheme, bypass_csp=True)
    desk.open("/dang-nhap")
    found = {"sign-in": unfit(desk.page)}
    desk.sign_in()
    for name, address in addresses(busy.made).items():
        found[name] = unfit(desk.open(address))
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_page_scrolls_sideways_or_complains(desk, busy):
    """Beside the widths, the fixture looks at what the browser said: scripts, styles and hosts against the policy."""
    wide = {}
    for name, address in addresses(busy.made).items():
        page = desk.open(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide[name, width] = desk.sideways()
    assert {where: pixels for where, pixels in wide.items() if pixels > 0} == {}


def test_what_is_pressed_is_large_enough_for_a_thumb(desk, busy):
    small = {}
    script = """[...document.querySelectorAll('button, .button, .tab, .toggle, .choice, .input, summary')]
        .filter((one) => one.checkVisibility() && !one.closest('[aria-hidden]'))
        .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < %d).map(([html]) => html)"""
    for name, address in addresses(busy.made).items():
        small[name] = desk.open(address).evaluate(script % SMALLEST_TARGET)
    assert {name: found for name, found in small.items() if found} == {}


def test_every_page_can_be_read_without_scripts(desks, busy):
    desk = desks(java_script_enabled=False).sign_in()
    for name, address in addresses(busy.made).items():
        page = desk.open(address)
        assert page.locator("h1").count() == 1, name
        assert page.locator("[data-script]:visible").count() == 0, name


def test_a_bulletin_can_be_sent_without_scripts(desks, site):
    page = desks(java_script_enabled=False).sign_in().page
    page.click("text=Soạn bản tin")
    page.fill("#text", "Tin gửi từ máy cũ.")
    page.click("text=Tiếp tục: Nghe")
    site.commune.work()
    page.click("text=Xem lại")
    page.click("text=Tiếp tục: Chọn thôn")
    page.check("text=Thôn Bó Lịch")
    page.click("text=Tiếp tục: Chọn giờ")
    page.check("text=Lặp lại")
    page.check("input[value=weekly]")
    page.check("input[name=weekday][value='7']")
    page.fill("#times", "6h, 17h")
    page.click("text=Tiếp tục: Kiểm tra")
    page.click("button:has-text('Đặt lịch lặp lại')")
    expect(page.locator("main")).to_contain_text("Hằng tuần (Chủ nhật) lúc 06:00, 17:00")


def test_the_first_tab_leads_past_the_menus(desk):
    page = desk.open("/soan")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_every_control_is_reached_by_the_keyboard_and_seen_to_be(desk, busy):
    page = desk.open(f"/soan/{busy.made['bulletin']}/gio?village=khau-bang&when=repeating&every=weekly")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outlined = page.evaluate(
            """() => { const one = document.activeElement; const holder = one.closest('.toggle, .choice') ?? one;
            return [one.id || one.name || one.className || one.tagName,
                [one, holder].some((shown) => getComputedStyle(shown).outlineStyle !== 'none')] }"""
        )
        if name != "BODY":
            assert outlined, name
        reached.add(name)
    assert {"when", "every", "weekday", "times", "from", "until", "lunar", "not-tet", "except", "class"} <= reached


def test_a_bulletin_is_cancelled_with_the_keyboard_after_a_question(desk, busy):
    page = desk.open(f"/ket-qua/{busy.made['planned']}")
    page.get_by_role("button", name="Hủy bản tin").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Hủy bản tin này?")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Đồng ý").press("Enter")
    expect(page.locator("main")).to_contain_text("Đã hủy. Cụm loa nào đang phát sẽ dừng.")


def test_what_is_fetched_again_does_not_take_the_focus(desk, busy):
    page = desk.open("/")
    row = page.locator(".health", has_text="Cụm loa Thủy Điện")
    row.locator("a").focus()
    busy.commune.report("thuy-dien")
    expect(row.locator(".badge")).to_have_text("Tốt")
    expect(row.locator("a")).to_be_focused()


def test_a_unit_that_is_ahead_is_seen_and_kept_after_reading_what_it_means(desk, busy):
    page = desk.open("/khoi-phuc")
    expect(page.locator("main")).to_contain_text("Không có gì phải khôi phục.")
    set_back(busy.commune)
    unit = page.locator("#khau-bang")
    expect(unit).to_contain_text("Bản tin máy chủ đã mất số 1")
    expect(unit).to_contain_text("Mọi bản tin cụm loa đang giữ vẫn phát đúng giờ")
    unit.get_by_role("button", name="Giữ lịch trên cụm loa").click()
    expect(page.locator("main")).to_contain_text("Đã giữ lịch trên cụm loa.")
    page.locator("#na-chao").get_by_role("button", name="Dùng lịch của máy chủ").click()
    expect(page.get_by_role("dialog")).to_contain_text("Việc này không lấy lại được.")
    page.get_by_role("dialog").get_by_role("button", name="Đồng ý").click()
    expect(page.locator("main")).to_contain_text("Không có gì phải khôi phục.")
    assert desk.open("/lich").locator("text=Lịch cũ trên cụm loa").count() == 3


def test_the_recovery_page_is_fit_at_every_width(desks, busy):
    set_back(busy.commune)
    desk = desks(bypass_csp=True).sign_in()
    page = desk.open("/khoi-phuc")
    assert unfit(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert desk.sideways() <= 0


def test_hours_that_are_being_typed_are_not_snatched_away(desk, busy):
    page = desk.open("/cum-loa")
    page.locator("#settings-na-chao summary").click()
    page.fill("#hours-na-chao", "6h-11h30")
    busy.commune.report("na-chao", temperature_c=51.0)
    expect(page.locator("#na-chao")).to_contain_text("51,0 °C")
    expect(page.locator("#hours-na-chao")).to_have_value("6h-11h30")
    page.locator("#settings-na-chao button:has-text('Đặt giờ')").click()
    expect(page.locator("main")).to_contain_text("Đã đặt giờ được phát: 06:00–11:30.")


def test_what_keeps_a_broadcast_from_being_ready_is_followed_without_a_reload(desk, busy):
    page = desk.open(f"/ket-qua/{busy.made['planned']}")
    expect(page.locator("#na-chao")).to_contain_text("Sẵn sàng")
    busy.commune.report("na-chao", sound_ok=False)
    expect(page.locator("#na-chao .reason-bad")).to_contain_text("Cử người kiểm tra âm-li và dây loa.")
    busy.commune.report("na-chao")
    expect(page.locator("#na-chao .badge").first).to_have_text("Sẵn sàng")


def test_stop_is_one_press(desk, busy):
    page = desk.open("/")
    page.click("button:has-text('Dừng phát')")
    expect(page.locator("main")).to_contain_text("Đã ra lệnh dừng.")


def test_the_first_page_follows_what_units_report(desk, busy):
    page = desk.open("/")
    row = page.locator(".health", has_text="Cụm loa Thủy Điện")
    expect(row).to_contain_text("Mất liên lạc")
    busy.commune.report("thuy-dien")
    expect(row.locator(".badge")).to_have_text("Tốt")


def test_a_volume_that_is_being_moved_is_not_snatched_away(desk, busy):
    page = desk.open("/cum-loa")
    slider = page.locator("#volume-na-chao")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    busy.commune.report("na-chao", temperature_c=51.0)
    expect(page.locator("#na-chao")).to_contain_text("51,0 °C")
    expect(slider).to_have_value("65")
    page.locator("#volume-form-na-chao button").click()
    expect(page.locator("main")).to_contain_text("Đã đặt âm lượng 65 %.")
    expect(page.locator("#na-chao output")).to_have_text("65 %")


def test_a_hidden_page_lets_go_of_its_stream_and_catches_up(desk, busy):
    page = desk.open("/cum-loa")
    page.wait_for_function("performance.getEntriesByType('resource').length > 0")
    hide = """(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange')); }"""
    page.evaluate(hide, arg=True)
    busy.commune.report("na-chao", temperature_c=52.0)
    page.evaluate(hide, arg=False)
    expect(page.locator("#na-chao")).to_contain_text("52,0 °C")


@pytest.mark.parametrize("watchers", [0])
def test_without_a_stream_the_page_looks_again_by_itself(desks, busy, watchers: int):
    desk = desks().sign_in()
    desk.page.clock.install()
    page = desk.open("/cum-loa")
    busy.commune.report("na-chao", temperature_c=53.0)
    page.clock.fast_forward(11_000)
    expect(page.locator("#na-chao")).to_contain_text("53,0 °C")
    desk.complaints[:] = [told for told in desk.complaints if "503" not in told]


def test_a_broadcast_that_goes_wrong_is_seen_without_a_reload(desk, busy):
    page = desk.open(f"/ket-qua/{busy.made['on-air']}")
    expect(page.locator("#na-chao")).to_contain_text("Đang phát.")
    busy.commune.receipt(
        "na-chao", busy.made["on-air"], Stage.INTERRUPTED, reason="stopped", played_ms=9000, of_ms=48000
    )
    expect(page.locator("#na-chao")).to_contain_text("Phát thiếu: 9/48 giây. Lý do: có người bấm dừng.")


def test_the_calendar_fills_the_date_as_people_write_it(desk, busy):
    page = desk.open(f"/soan/{busy.made['bulletin']}/gio?village=khau-bang&when=once")
    page.evaluate(
        """() => { const button = document.querySelector('[data-pick=date]');
        const picker = button.parentElement.querySelector('input');
        picker.showPicker = () => { picker.value = '2027-02-06'; picker.dispatchEvent(new Event('change')); };
        button.click(); }"""
    )
    expect(page.locator("#date")).to_have_value("06/02/2027")
    expect(page.locator("#words-date")).to_have_text("Thứ Bảy, 06/02/2027 · mùng 1 tháng Giêng âm lịch")


def test_words_are_set_in_the_face_that_has_every_accent(desk):
    page = desk.open("/soan")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('600 16px \"Be Vietnam Pro\"', 'ướt Đặng')")
    loaded = page.evaluate("[...document.fonts].filter((face) => face.status === 'loaded').length")
    assert loaded >= 2


def test_an_error_page_has_the_menus_of_who_is_signed_in(desk):
    page = desk.open("/khong-co")
    expect(page.locator("nav.tabs")).to_be_visible()
    page.click("text=Về trang chủ")
    page.wait_for_url(re.compile("/$"))
