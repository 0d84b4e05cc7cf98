from controller.services import results
from protocol.messages import Coming
from protocol.names import Reason, Stage
from tests.browser.ordinary_day import at, bulletin, live_through, plan
from tests.controller.web.visitor import Visitor


def test_the_first_page_tells_the_day_at_a_glance(officer: Visitor, commune):
    live_through(commune)
    words = officer.get("/").words
    for said in (
        "Thứ Hai, 23/11/2026 · rằm tháng Mười âm lịch",
        "Mời họp thôn tối nay",
        "Dừng phát",
        "24 giờ tới",
        "Ngày mai, Thứ Ba, 24/11/2026",
        "3/4 cụm sẵn sàng",
        "Mất liên lạc với Cụm loa Thủy Điện.",
        "Nguồn điện yếu; Máy nóng 78 °C",
    ):
        assert said in words, said


def test_a_broker_that_is_not_reached_is_said_on_the_first_page(officer: Visitor, commune):
    commune.doorbell.since = None
    assert "Máy chủ chưa nối được với trạm trung chuyển tin" in officer.get("/").words


def test_stop_sends_an_order_to_every_unit(officer: Visitor, commune):
    live_through(commune)
    commune.doorbell.orders.clear()
    page = officer.follow(officer.send("/dung-phat"))
    assert "Đã ra lệnh dừng." in page.words
    assert {unit for targets, _ in commune.doorbell.orders for unit in targets} >= {"khau-bang", "na-chao"}


def test_the_result_says_what_each_unit_proved(officer: Visitor, commune):
    made = live_through(commune)
    words = officer.get(f"/ket-qua/{made['partly']}").words
    assert "Đã phát 48/48 giây." in words
    assert "Phát thiếu: 21/48 giây. Lý do: cụm loa khởi động lại." in words
    assert "Không phát. Lý do: tiếng chưa tải về kịp." in words
    assert "Lệch 2,1 mili giây so với giờ định." in words


def test_unknown_is_shown_as_unknown(officer: Visitor, commune):
    made = plan(commune, bulletin(commune, "Tin."), at(commune, 8, 5))
    commune.clock.advance(hours=2)
    words = officer.get(f"/ket-qua/{made}").words
    assert "Chưa biết: đã đến giờ mà cụm loa chưa báo về." in words
    assert "Đã phát" not in words.split("Từng cụm loa")[0]


def test_the_live_part_follows_the_receipts(officer: Visitor, commune):
    made = plan(commune, bulletin(commune, "Tin."), at(commune, 8, 5), ("khau-bang",))
    commune.report("khau-bang")
    part = f"/ket-qua/{made}/dien-bien"
    assert "Thiếu 1 tệp.Đợi tải xong" in officer.get(part).words
    clip = Coming(clip=results.broadcast(commune.desk, made).rendition.clip, size=1000, fetched=625)
    commune.report("khau-bang", missing_clips=1, coming=(clip,))
    assert "Thiếu 1 tệp, đã tải 62 %.Đợi tải xong" in officer.get(part).words
    commune.report("khau-bang")
    commune.receipt("khau-bang", made, Stage.STORED)
    assert "Sẵn sàng: bản tin đã nằm trong cụm loa" in officer.get(part).words
    commune.clock.advance(minutes=5)
    commune.receipt("khau-bang", made, Stage.STARTED)
    assert "Đang phát." in officer.get(part).words
    commune.receipt("khau-bang", made, Stage.FAILED, reason=Reason.SOUND_FAILED, played_ms=0, of_ms=48000)
    assert "Không phát. Lý do: bộ phận phát tiếng bị hỏng." in officer.get(part).words


def test_a_planned_broadcast_is_cancelled_and_stays_cancelled(officer: Visitor, commune):
    made = plan(commune, bulletin(commune, "Tin."), at(commune, 17, 0))
    page = officer.follow(officer.send(f"/ket-qua/{made}/huy"))
    assert "Đã hủy. Cụm loa nào đang phát sẽ dừng." in page.words
    assert f"/ket-qua/{made}/huy" not in page.html


def test_what_is_over_cannot_be_cancelled(officer: Visitor, commune):
    made = live_through(commune)
    page = officer.follow(officer.send(f"/ket-qua/{made['test']}/huy"))
    assert "Phiên phát này đã xong." in page.words


def test_the_log_goes_back_week_by_week(officer: Visitor, commune):
    live_through(commune)
    page = officer.get("/nhat-ky")
    assert "Tạm ngừng cấp điện ngày 25/11" in page.words
    assert "Tuần sau" not in page.words
    older = officer.get("/nhat-ky?den=16/11/2026")
    assert "Từ 10/11/2026 đến 16/11/2026" in older.words
    assert "Không có lần phát nào trong tuần này." in older.words
    assert "Tuần sau" in older.words
    assert officer.get("/nhat-ky?den=x%00").status == 200


def test_the_units_page_shows_what_each_unit_reported(officer: Visitor, commune):
    live_through(commune)
    words = officer.get("/cum-loa").words
    for said in (
        "Mô phỏng",
        "47,5 °C",
        "còn trống 21,4 GB",
        "Đang bật",
        "Đúng giờ",
        "Sắp phát: Tiêm phòng lở mồm long móng",
    ):
        assert said in words, said
    assert "Số liệu của lần báo cuối cùng." in words


def test_the_volume_is_set_and_bounded(officer: Visitor, commune):
    page = officer.follow(officer.send("/cum-loa/na-chao/am-luong", {"volume": "65"}))
    assert "Đã đặt âm lượng 65 %." in page.words
    for wrong in ("101", "-5", "to", "", "9999"):
        page = officer.follow(officer.send("/cum-loa/na-chao/am-luong", {"volume": wrong}))
        assert "Âm lượng phải từ 0 đến 100 %." in page.words
    assert "Không có cụm loa “x”." in officer.follow(officer.send("/cum-loa/x/am-luong", {"volume": "5"})).words


def test_alarms_are_listed_and_those_of_the_past_can_be_put_away(officer: Visitor, commune):
    live_through(commune)
    page = officer.get("/canh-bao")
    assert "không phát được ở Cụm loa Thủy Điện" in page.words
    forms = [found["action"] for tag, found in page.tags if tag == "form" and "/cat" in (found.get("action") or "")]
    assert len(forms) == 1
    after = officer.follow(officer.send(forms[0]))
    assert "Đã cất cảnh báo." in after.words
    assert "hết lúc" in after.words
    assert "Không có cảnh báo này." in officer.follow(officer.send("/canh-bao/x/cat")).words
