from urllib.parse import urlencode

import pytest

from controller.services import results
from tests.browser.ordinary_day import at, bulletin, plan
from tests.controller.web.visitor import Visitor

TWO = [("village", "khau-bang"), ("village", "na-chao")]


@pytest.fixture
def made(commune) -> str:
    found = bulletin(commune, "UBND xã mời bà con họp thôn lúc 19h30.", "Mời họp thôn")
    for unit in ("khau-bang", "na-chao", "khuoi-dao"):
        commune.report(unit)
    return found


def step(officer: Visitor, made: str, name: str, *pairs: tuple[str, str]):
    return officer.get(f"/soan/{made}/{name}?{urlencode([*TWO, *pairs])}")


def planned(commune):
    now = commune.clock.now
    return results.sittings(commune.desk, since=now.replace(year=2020), until=now.replace(year=2027), limit=50)


def test_villages_are_grouped_by_the_units_that_serve_them(officer: Visitor, made: str):
    words = officer.get(f"/soan/{made}/thon").words
    assert "Cụm loa Khau Bang 3 thôn · 224 hộ" in words
    assert "58 hộ · Tiếng Nùng, Tiếng Việt" in words
    assert words.index("Tốt") < words.index("Chưa liên lạc")


def test_without_a_village_the_step_is_shown_again_and_says_so(officer: Visitor, made: str):
    page = officer.get(f"/soan/{made}/gio")
    assert page.status == 422
    assert "Chưa chọn thôn nào." in page.words
    assert "Phát ở đâu?" in page.words


def test_an_unknown_village_is_refused(officer: Visitor, made: str):
    page = officer.get(f"/soan/{made}/kiem-tra?village=atlantis&when=now")
    assert page.status == 422
    assert "Không có thôn “atlantis”" in page.words


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("when", "once"), ("date", "22/11/2026"), ("time", "05:30")], "Giờ này đã qua."),
        ([("when", "once"), ("date", ""), ("time", "")], "Chưa có ngày phát."),
        ([("when", "once"), ("date", "31/02/2027"), ("time", "05:30")], "Không đọc được ngày “31/02/2027”."),
        ([("when", "once"), ("date", "24/11/2026"), ("time", "25h")], "Không đọc được giờ “25h”."),
        ([("when", "once"), ("date", "24/11/2099"), ("time", "05:30")], "Ngày này xa quá"),
        (
            [("when", "repeating"), ("from", "24/11/2026"), ("until", "23/11/2026"), ("times", "05:30")],
            "đứng trước ngày bắt đầu",
        ),
        ([("when", "repeating"), ("from", "24/11/2026"), ("times", "")], "Chưa có giờ phát."),
        ([("when", "repeating"), ("from", "24/11/2026"), ("times", "sáng")], "Không đọc được giờ “sáng”."),
        ([("when", "repeating"), ("every", "weekly"), ("from", "24/11/2026"), ("times", "5h30")], "Chưa chọn thứ nào"),
        (
            [("when", "repeating"), ("every", "monthly"), ("from", "24/11/2026"), ("times", "5h30")],
            "Chưa chọn ngày nào",
        ),
        (
            [("when", "repeating"), ("from", "24/11/2026"), ("times", "5h30"), ("except", "mai")],
            "Không đọc được ngày “mai”.",
        ),
        (
            [
                ("when", "repeating"),
                ("from", "24/11/2026"),
                ("until", "24/11/2026"),
                ("times", "5h30"),
                ("except", "24/11/2026"),
            ],
            "Lịch này không có lần phát nào.",
        ),
    ],
)
def test_a_bad_time_is_explained_and_what_was_typed_stays(officer: Visitor, made: str, commune, pairs, sentence: str):
    page = step(officer, made, "kiem-tra", *pairs)
    assert page.status == 422
    assert sentence in page.words
    assert "Phát lúc nào?" in page.words
    typed = {name: value for name, value in pairs if value and name in {"date", "time", "times", "until", "except"}}
    assert {name: page.field(name) for name in typed} == typed
    answer = officer.send(f"/soan/{made}/phat", [*TWO, *pairs])
    assert answer.status_code == 422
    assert planned(commune) == ()


@pytest.mark.parametrize("written", ["05:30", "5h30", "5g30", "5 giờ 30 phút", "5.30", "5h30'"])
def test_a_time_may_be_written_as_in_a_notice(officer: Visitor, made: str, written: str):
    page = step(officer, made, "kiem-tra", ("when", "once"), ("date", "24/11/2026"), ("time", written))
    assert page.status == 200
    assert "05:30 · Ngày mai, Thứ Ba, 24/11/2026 (ngày 16 tháng Mười âm lịch)" in page.words


def test_the_check_repeats_all_of_it(officer: Visitor, made: str):
    words = step(officer, made, "kiem-tra", ("when", "now"), ("class", "priority")).words
    for said in ("Mời họp thôn", "Ưu tiên", "48 giây", "Thôn Khau Bang, Thôn Nà Chào", "Phát ngay", "Không trùng giờ"):
        assert said in words


def test_the_check_names_units_that_may_not_play(officer: Visitor, made: str):
    words = officer.get(f"/soan/{made}/kiem-tra?village=thuy-dien&when=now").words
    assert "Đang có vấn đề: Cụm loa Thủy Điện." in words


def test_the_check_says_what_becomes_of_a_conflict(officer: Visitor, made: str, commune):
    other = bulletin(commune, "Cúp điện.", "Tin cúp điện")
    plan(commune, other, at(commune, 17, 0))
    words = step(officer, made, "kiem-tra", ("when", "once"), ("date", "23/11/2026"), ("time", "17:00")).words
    assert "1 chỗ trùng giờ" in words
    assert "“Tin cúp điện”" in words
    assert "bản tin này" in words


def test_sending_leads_to_the_result_and_a_second_press_to_the_same(officer: Visitor, made: str, commune):
    page = step(officer, made, "kiem-tra", ("when", "now"))
    first, second = (officer.send(f"/soan/{made}/phat", page.fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["Location"].startswith("/ket-qua/")
    assert len(planned(commune)) == 1


def test_one_time_is_planned_in_local_wall_time(officer: Visitor, made: str, commune):
    page = step(officer, made, "kiem-tra", ("when", "once"), ("date", "24/11/2026"), ("time", "05:30"))
    officer.follow(officer.send(f"/soan/{made}/phat", page.fields))
    assert [commune.desk.local(sitting.start).isoformat() for sitting in planned(commune)] == [
        "2026-11-24T05:30:00+07:00"
    ]


def test_a_repeating_plan_is_said_in_words_and_can_be_ended(officer: Visitor, made: str, commune):
    pairs = [
        ("when", "repeating"), ("every", "weekly"), ("weekday", "2"), ("weekday", "4"), ("times", "17:00, 5h30"),
        ("from", "24/11/2026"), ("until", "31/12/2026"), ("except", "26/11/2026"), ("not-tet", "1"),
    ]  # fmt: skip
    page = step(officer, made, "kiem-tra", *pairs)
    said = "Hằng tuần (Thứ Ba, Thứ Năm) lúc 05:30, 17:00; từ 24/11/2026; đến hết 31/12/2026; không phát dịp Tết;"
    said += " trừ 26/11/2026"
    assert said in page.words
    plans = officer.follow(officer.send(f"/soan/{made}/phat", page.fields))
    commune.work()
    assert said in plans.words
    assert planned(commune)
    schedule = results.schedules(commune.desk)[0].id
    ended = officer.follow(officer.send(f"/lich/{schedule}/ket-thuc"))
    assert "Đã kết thúc lịch lặp lại." in ended.words
    assert results.schedules(commune.desk) == ()


def test_rain_or_moon_a_lunar_plan_sounds_on_its_days(officer: Visitor, made: str):
    page = step(
        officer,
        made,
        "kiem-tra",
        ("when", "repeating"),
        ("times", "6h"),
        ("from", "24/11/2026"),
        ("lunar", "ram-mung-mot"),
    )
    assert "Chỉ ngày rằm và mùng một" in page.words
    assert "06:00 · Thứ Tư, 09/12/2026 (mùng 1 tháng Mười Một âm lịch)" in page.words


def test_an_emergency_is_no_choice_of_this_form(officer: Visitor, made: str, commune):
    page = step(officer, made, "kiem-tra", ("when", "now"), ("class", "emergency"))
    officer.send(f"/soan/{made}/phat", page.fields)
    assert [sitting.class_ for sitting in planned(commune)] == ["routine"]


def test_a_lost_session_before_the_last_press_sends_nothing_and_leads_back(officer: Visitor, made: str, commune):
    page = step(officer, made, "kiem-tra", ("when", "now"))
    officer.lose_session()
    address = f"/soan/{made}/kiem-tra?{urlencode([*TWO, ('when', 'now')])}"
    answer = officer.client.post(
        f"/soan/{made}/phat", data=dict(page.fields), headers={"Referer": f"http://localhost{address}"}
    )
    assert answer.status_code == 401
    assert planned(commune) == ()
    from tests.controller.web.visitor import Page

    assert Page(answer).field("next") == address


def test_a_stale_last_press_sends_nothing_and_says_so(officer: Visitor, made: str, commune):
    page = step(officer, made, "kiem-tra", ("when", "now"))
    answer = officer.send(
        f"/soan/{made}/phat", [*((n, v) for n, v in page.fields if n != "csrf_token"), ("csrf_token", "old")]
    )
    assert "Phiên làm việc đã hết" in officer.follow(answer).words
    assert planned(commune) == ()


def test_a_date_that_is_typed_is_answered_with_weekday_and_lunar_day(officer: Visitor):
    assert officer.get("/soan/ngay?date=06/02/2027").words == "Thứ Bảy, 06/02/2027 · mùng 1 tháng Giêng âm lịch"
    assert officer.get("/soan/ngay?from=2026-11-23").words == "Thứ Hai, 23/11/2026 · rằm tháng Mười âm lịch"
    assert officer.get("/soan/ngay?date=06/0").words == ""


def test_a_plan_may_be_made_while_the_voice_is_still_made(officer: Visitor, commune):
    from controller.services import composing

    new = composing.NewBulletin(text="Tin còn đang tạo tiếng.")
    waiting = composing.create_bulletin(commune.desk, commune.user, new)
    page = step(officer, waiting, "kiem-tra", ("when", "now"))
    assert "Loa phát ngay khi tạo xong giọng đọc." in page.words
    result = officer.follow(officer.send(f"/soan/{waiting}/phat", page.fields))
    assert "Đang tạo giọng đọc; xong là phát ngay." in result.words
