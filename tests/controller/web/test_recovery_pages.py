"""The pages of recovery, of the phrases, and of a unit's hours and data."""

import pytest

from controller.services import phrases, unit_list, watching
from tests.browser.ordinary_day import at, bulletin, live_through, plan
from tests.controller.web.set_back import set_back
from tests.controller.web.visitor import Visitor


def test_without_need_there_is_nothing_to_choose(officer: Visitor, commune):
    page = officer.get("/khoi-phuc")
    assert "Không có gì phải khôi phục." in page.words
    assert "Giữ lịch trên cụm loa" not in page.words


def test_what_happened_is_explained_before_it_is_asked(officer: Visitor, commune):
    live_through(commune)
    set_back(commune)
    watching.watch(commune.desk, commune.clock.now)
    home = officer.get("/")
    assert "Cụm loa Khau Bang, Cụm loa Nà Chào giữ lịch mới hơn máy chủ" in home.words
    assert 'href="/khoi-phuc"' in home.html
    words = officer.get("/khoi-phuc").words
    for said in (
        "Chuyện gì đã xảy ra?",
        "Cụm loa có, máy chủ không biết (3)",
        "Bản tin máy chủ đã mất số 1",
        "Máy chủ có, nhưng đã bị hủy sau ngày lưu bản cũ",
        "lần phát, từ lúc này",
        "Đang chờ cụm loa gửi về lịch đang giữ.",
        "Lịch số 99; máy chủ mới biết đến số",
    ):
        assert said in words, said


@pytest.mark.parametrize(
    ("choice", "told", "carried"),
    [("giu", "Đã giữ lịch trên cụm loa.", True), ("thay", "Cụm loa sẽ nhận lịch của máy chủ.", False)],
)
def test_a_choice_is_made_for_the_units_that_were_named(officer: Visitor, commune, choice, told, carried):
    set_back(commune)
    page = officer.follow(officer.send(f"/khoi-phuc/{choice}", unit="khau-bang"))
    assert told in page.words
    assert "Cụm loa Khau Bang" not in page.words
    assert "Cụm loa Nà Chào" in page.words
    assert ("Lịch cũ trên cụm loa" in officer.get("/lich").words) is carried
    assert (officer.get("/ket-qua/lost-1").status == 200) is carried


def test_a_choice_that_cannot_be_made_is_said(officer: Visitor, commune):
    set_back(commune)
    page = officer.follow(officer.send("/khoi-phuc/giu", unit="na-chao"))
    assert "chưa gửi về lịch đang giữ" in page.words
    assert officer.send("/khoi-phuc/khac", unit="na-chao").status_code == 303
    assert officer.send("/khoi-phuc/giu").status_code == 303


def test_a_unit_with_a_later_list_of_keys_sends_the_officer_to_the_root_key(officer: Visitor, commune):
    commune.report("khau-bang", delegation=2, epoch=2)
    page = officer.get("/khoi-phuc")
    assert "Cần người giữ khóa gốc" in page.words
    assert "/khoi-phuc/thay" not in page.html


def test_a_carried_broadcast_has_its_page_without_its_text(officer: Visitor, commune):
    set_back(commune)
    officer.send("/khoi-phuc/giu", unit="khau-bang")
    words = officer.get("/ket-qua/lost-1").words
    assert "Lịch cũ trên cụm loa" in words
    assert "máy chủ không còn chữ của nó" in words


def test_the_phrases_are_listed_with_who_has_them(officer: Visitor, commune):
    assert "Đang chờ tạo giọng đọc" in officer.get("/cau-khan-cap").words
    while phrases.render_next(commune.desk):
        pass
    commune.work()
    for unit in ("khau-bang", "na-chao"):
        commune.report(unit)
    words = officer.get("/cau-khan-cap").words
    assert "Di chuyển ngay lên nơi cao." in words
    assert "2 cụm loa đã có đủ: Cụm loa Khau Bang, Cụm loa Nà Chào" in words
    assert "Chưa đủ: Cụm loa Khuổi Dao, Cụm loa Thủy Điện" in words
    assert "/cau-khan-cap" in officer.get("/cum-loa").html


def test_the_hours_of_a_unit_are_set_and_taken_back(officer: Visitor, commune):
    page = officer.follow(officer.send("/cum-loa/na-chao/gio", hours="05:30-11h30, 13h đến 21:00"))
    assert "Đã đặt giờ được phát: 05:30–11:30, 13:00–21:00." in page.words
    assert "05:30–11:30, 13:00–21:00 (riêng của cụm)" in page.words
    assert unit_list.unit(commune.desk, "na-chao").own_hours == ((330, 690), (780, 1260))
    page = officer.follow(officer.send("/cum-loa/na-chao/gio", hours=" "))
    assert "Cụm loa theo giờ chung của xã: 05:00–22:00." in page.words
    assert unit_list.unit(commune.desk, "na-chao").own_hours is None


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("sáng", "Không đọc được giờ “sáng”."),
        ("5h", "Không đọc được giờ “5h”."),
        ("25h-26h", "Không đọc được giờ “25h”."),
        ("6h-6h", "Khoảng giờ chưa đúng."),
        ("0h-4h", "nằm ngoài giờ chung của xã (05:00–22:00)"),
    ],
)
def test_hours_that_make_no_sense_are_said(officer: Visitor, commune, hours, said):
    assert said in officer.follow(officer.send("/cum-loa/na-chao/gio", hours=hours)).words
    assert unit_list.unit(commune.desk, "na-chao").own_hours is None


def test_the_data_of_a_unit_is_set(officer: Visitor, commune):
    page = officer.follow(officer.send("/cum-loa/na-chao/du-lieu", downloads="23h-24h, 0h-4:00", month="1.500"))
    assert "Đã đặt cách tải tiếng của cụm loa." in page.words
    found = unit_list.unit(commune.desk, "na-chao").downloads
    assert (found.hours, found.month_bytes) == (((0, 240), (1380, 1440)), 1_500_000_000)
    officer.send("/cum-loa/na-chao/du-lieu", downloads="", month="")
    assert unit_list.unit(commune.desk, "na-chao").downloads.month_bytes is None


@pytest.mark.parametrize("month", ["nhiều", "-1", "0", "99999999999"])
def test_data_that_makes_no_sense_is_said(officer: Visitor, commune, month):
    page = officer.follow(officer.send("/cum-loa/na-chao/du-lieu", downloads="", month=month))
    assert "Dung lượng phải" in page.words


def test_a_plan_in_the_quiet_hours_is_said_beside_the_time(officer: Visitor, commune):
    made = bulletin(commune, "Tin.")
    page = officer.get(f"/soan/{made}/kiem-tra?village=khau-bang&when=once&date=24/11/2026&time=03:15")
    assert page.status == 422
    assert "Ngoài giờ được phát nên không cụm loa nào phát. Giờ được phát: 05:00–22:00." in page.words
    page = officer.get(f"/soan/{made}/kiem-tra?village=khau-bang&when=repeating&times=3h,7h&from=24/11/2026")
    assert page.status == 422


def test_units_that_would_be_silent_are_named_on_the_last_page(officer: Visitor, commune):
    made = bulletin(commune, "Tin.")
    officer.send("/cum-loa/khau-bang/gio", hours="6h-11h")
    both = "village=khau-bang&village=na-chao"
    page = officer.get(f"/soan/{made}/kiem-tra?{both}&when=once&date=24/11/2026&time=17:00")
    assert "Có cụm loa sẽ im lặng" in page.words
    assert "Cụm loa Khau Bang: 17:00 Thứ Ba, 24/11/2026 ngoài giờ được phát (06:00–11:00)." in page.words


def test_every_reason_is_told_with_what_to_do(officer: Visitor, commune):
    made = plan(commune, bulletin(commune, "Tin."), at(commune, 8, 30), ("khau-bang",))
    commune.report("khau-bang", sound_ok=False, undervoltage=True, disk="full", clock="estimated", clock_dispute_s=90.5)
    words = officer.get(f"/ket-qua/{made}").words
    for said in (
        "Bộ phận phát tiếng bị hỏng.Cử người kiểm tra âm-li và dây loa.",
        "Hết bộ nhớ.Dọn thẻ nhớ nếu đầy; không được thì thay thẻ.",
        "Đồng hồ chưa tin cậy (ước lượng, chưa tin được).",
        "Đồng hồ máy lệch 1 phút so với giờ đúng",
        "Nguồn điện yếu.Thay bộ nguồn hoặc dây nguồn.",
    ):
        assert said in words, said
    commune.clock.advance(minutes=20)
    words = officer.get(f"/ket-qua/{made}").words
    assert "Mất kết nối 20 phút, lịch đã tới nhưng tiếng chưa tải đủ." in words
