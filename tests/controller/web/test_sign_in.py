from dataclasses import replace

import pytest

from controller.services import people
from controller.web.application import create_app
from controller.web.sign_in.session import safe_path
from tests.controller.web.commune import NAME, PASSWORD
from tests.controller.web.conftest import SETTINGS
from tests.controller.web.visitor import Visitor

CLOSED = ["/", "/soan", "/nhat-ky", "/lich", "/cum-loa", "/canh-bao", "/mat-khau", "/ket-qua/x", "/soan/x/nghe"]


@pytest.mark.parametrize("address", CLOSED)
def test_every_page_is_closed_to_who_has_not_signed_in(visitor: Visitor, address: str):
    answer = visitor.client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap?next=")


def test_every_rule_of_the_application_is_closed_unless_named(app, visitor: Visitor):
    from controller.web.sign_in.session import OPEN_ENDPOINTS

    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS or rule.endpoint.startswith("clips."):
            continue
        address = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)[1]
        if "GET" in rule.methods:
            assert visitor.client.get(address).status_code in {302, 401}, address
        else:
            assert visitor.client.post(address).status_code == 401, address


def test_signing_in_leads_to_the_page_that_was_asked_for(visitor: Visitor):
    assert visitor.sign_in(next_="/cum-loa").headers["Location"] == "/cum-loa"
    assert "Cụm loa Khau Bang" in visitor.get("/cum-loa").words


@pytest.mark.parametrize("wanted", ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:x", ""])
def test_signing_in_never_leads_to_another_site(visitor: Visitor, app, wanted: str):
    assert visitor.sign_in(next_=wanted).headers["Location"] == "/"
    with app.test_request_context():
        assert safe_path(wanted) == "/"


def test_a_wrong_password_is_said_without_saying_which_part_was_wrong(visitor: Visitor):
    visitor.get("/dang-nhap")
    unknown = visitor.post("/dang-nhap", {"name": "ai-do", "password": "sai"})
    wrong = visitor.post("/dang-nhap", {"name": NAME, "password": "sai"})
    assert unknown.status == wrong.status == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in unknown.words
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.words


def test_many_wrong_tries_must_wait_and_then_may_go_on(visitor: Visitor, commune):
    visitor.get("/dang-nhap")
    answers = [visitor.send("/dang-nhap", {"name": NAME, "password": "sai"}) for _ in range(12)]
    throttled = [answer for answer in answers if answer.status_code == 429]
    assert throttled
    assert 1 <= int(throttled[-1].headers["Retry-After"]) <= 30
    commune.clock.advance(seconds=31)
    assert visitor.sign_in().status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor):
    cookie = visitor.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_secure(commune):
    app = create_app(commune.desk, replace(SETTINGS, public_url="https://loa.vi-huong.example"))
    assert "Secure" in app.test_client().get("/dang-nhap", base_url="https://localhost").headers["Set-Cookie"]


def test_signing_in_needs_the_token_of_the_form(visitor: Visitor):
    answer = visitor.send("/dang-nhap", {"name": NAME, "password": PASSWORD, "csrf_token": "forged"})
    assert answer.status_code == 400
    assert visitor.client.get("/").status_code == 302


def test_signing_out_closes_the_pages(officer: Visitor):
    assert officer.send("/dang-xuat").status_code == 303
    assert officer.client.get("/").status_code == 302


@pytest.mark.parametrize("address", ["/dang-phat", "/soan/ngay?date=1"])
def test_the_late_answer_of_a_part_does_not_undo_a_signing_out(officer: Visitor, address: str):
    assert "Set-Cookie" not in officer.client.get(address, headers={"HX-Request": "true"}).headers
    assert "Set-Cookie" not in officer.client.post("/soan/nhap", data={"csrf_token": officer.token}).headers
    assert "Set-Cookie" in officer.client.get("/cum-loa").headers


def test_a_changed_password_ends_other_sessions_and_keeps_this_one(officer: Visitor, app, commune):
    elsewhere = Visitor(app)
    elsewhere.sign_in()
    officer.get("/mat-khau")
    page = officer.follow(officer.send("/mat-khau", {"old": PASSWORD, "new": "mot-cau-that-dai-2026"}))
    assert "Đã đổi mật khẩu" in page.words
    assert elsewhere.client.get("/").status_code == 302
    assert people.sign_in(commune.desk, name=NAME, password="mot-cau-that-dai-2026", address="x").name == NAME


def test_a_short_new_password_and_a_wrong_old_one_are_said_beside_their_fields(officer: Visitor):
    officer.get("/mat-khau")
    assert "ít nhất 10 ký tự" in officer.post("/mat-khau", {"old": PASSWORD, "new": "ngan"}).words
    assert "Mật khẩu đang dùng không đúng" in officer.post("/mat-khau", {"old": "sai", "new": "mot-cau-that-dai"}).words


def test_a_part_of_a_page_asked_without_session_is_refused_without_a_page(visitor: Visitor):
    answer = visitor.client.get("/dang-phat", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.data) == (401, b"")
