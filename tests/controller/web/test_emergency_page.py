"""The page of the emergency lock: open it, see until when, close it; wrong codes are told and slowed down."""

import re

from controller.services import composing, emergency_lock, planning
from schedules.vocabulary import BroadcastClass
from tests.controller.web.commune import CODE


def test_the_code_opens_the_lock_and_the_page_says_until_when(officer, commune):
    page = officer.get("/khan-cap")
    assert (page.status, "Đang khóa" in page.words) == (200, True)
    page = officer.follow(officer.send("/khan-cap/mo", {"code": CODE.upper()}))
    assert "Đang mở, đến 08:10" in page.words
    assert commune.desk.keys.opening(commune.user.id, commune.clock.now) is not None
    assert CODE not in page.html
    page = officer.follow(officer.send("/khan-cap/khoa"))
    assert "Đang khóa" in page.words
    assert commune.desk.keys.emergency(commune.clock.now) is None


def test_it_closes_by_itself(officer, commune):
    officer.get("/khan-cap")
    officer.send("/khan-cap/mo", {"code": CODE})
    commune.clock.advance(minutes=10)
    assert "Đang khóa" in officer.get("/khan-cap").words


def test_a_wrong_code_is_told_at_its_field_and_guessing_is_slowed_down(officer):
    officer.get("/khan-cap")
    for _ in range(3):
        page = officer.post("/khan-cap/mo", {"code": "sai-sai-sai"})
        assert (page.status, "Mã khẩn cấp không đúng." in page.words) == (422, True)
    (field,) = [attrs for tag, attrs in page.tags if tag == "input" and attrs.get("name") == "code"]
    assert (field["aria-invalid"], field["type"], field.get("value")) == ("true", "password", None)
    assert "sai-sai-sai" not in page.html
    answer = officer.send("/khan-cap/mo", {"code": CODE})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert re.search(r"thử lại sau \d+ giây", answer.get_data(as_text=True))


def test_without_a_usable_key_the_page_says_what_to_do(officer, commune):
    commune.desk.keys.vault.keep_only([commune.desk.schedule_key.id])
    page = officer.get("/khan-cap")
    assert "loalang keys code" in page.words
    assert officer.send("/khan-cap/mo", {"code": CODE}).status_code == 422


def test_nobody_opens_it_without_signing_in_or_without_the_form_token(visitor, officer, commune):
    assert visitor.client.post("/khan-cap/mo", data={"code": CODE}).status_code in {400, 302, 303, 401}
    officer.lose_session()
    assert officer.send("/khan-cap/mo", {"code": CODE}).status_code in {400, 401}
    assert commune.desk.keys.emergency(commune.clock.now) is None


def test_it_is_found_in_the_menu(officer):
    assert 'href="/khan-cap"' in officer.get("/").html


def test_an_emergency_that_waits_for_the_code_says_so_and_leads_to_it(officer, commune):
    emergency_lock.unlock(commune.desk, commune.user, code=CODE)
    bulletin = composing.create_bulletin(commune.desk, commune.user, composing.NewBulletin(text="Lũ về!", title="Lũ"))
    new = planning.NewPlan(
        bulletin=bulletin, villages=("khau-bang",), when=planning.Now(), class_=BroadcastClass.EMERGENCY
    )
    broadcast = planning.plan(commune.desk, commune.user, new).broadcast
    emergency_lock.lock(commune.desk, commune.user)
    commune.work()
    page = officer.get(f"/ket-qua/{broadcast}")
    assert "Chờ mở khóa" in page.words
    assert "khóa khẩn cấp đã đóng" in page.words
    assert page.html.count('href="/khan-cap"') == 2
    assert "Chờ mở khóa" in officer.get("/").words
