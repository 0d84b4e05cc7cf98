"""What every answer promises a browser, whatever the page."""

import re

import pytest

from tests.browser.ordinary_day import live_through
from tests.controller.web.visitor import Page, Visitor

PAGES = ["/", "/soan", "/nhat-ky", "/lich", "/cum-loa", "/canh-bao", "/mat-khau"]


def every_page(officer: Visitor, commune) -> dict[str, Page]:
    made = live_through(commune)
    steps = [f"/soan/{made['bulletin']}/{step}" for step in ("nghe", "sua", "thon", "gio?village=na-chao")]
    results = [f"/ket-qua/{made[name]}" for name in ("partly", "planned", "on-air")]
    check = f"/soan/{made['bulletin']}/kiem-tra?village=na-chao&when=now"
    return {address: officer.get(address) for address in (*PAGES, *steps, *results, check, "/khong-co")}


def test_no_page_needs_inline_code_or_another_host(officer: Visitor, commune):
    for address, page in every_page(officer, commune).items():
        for tag, found in page.tags:
            assert tag != "style", address
            assert "style" not in found, (address, tag)
            assert not [name for name in found if name.startswith("on")], (address, tag)
            assert tag != "script" or found.get("src"), address
            for name in ("src", "href", "action", "formaction", "hx-get", "hx-post", "sse-connect"):
                assert re.match(r"(?:[/#?](?!/)|$)", found.get(name) or ""), (address, tag, found)


def test_every_form_that_changes_something_carries_a_token(officer: Visitor, commune):
    for address, page in every_page(officer, commune).items():
        forms = [found for tag, found in page.tags if tag == "form" and found.get("method") == "post"]
        assert len([1 for name, _ in page.fields if name == "csrf_token"]) >= len(forms), address


@pytest.mark.parametrize("address", ["/", "/dang-nhap", "/khong-co", "/static/desk.css"])
def test_every_answer_forbids_what_it_does_not_need(officer: Visitor, address: str):
    with officer.client.get(address) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_never_stored_and_static_files_for_long(officer: Visitor):
    assert officer.client.get("/").headers["Cache-Control"] == "no-store"
    with officer.client.get("/static/desk.css") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_what_people_wrote_is_shown_as_text(officer: Visitor, commune):
    from tests.browser.ordinary_day import bulletin

    made = bulletin(commune, "<script>alert(1)</script> 07h30", "<img src=x onerror=alert(1)>")
    for step in ("nghe", "sua", "thon", "kiem-tra?village=na-chao&when=now"):
        page = officer.get(f"/soan/{made}/{step}")
        assert "<script>alert" not in page.html
        assert "<img" not in page.html


@pytest.mark.parametrize("address", ["/khong-co", "/ket-qua/x", "/soan/x/nghe", "/ket-qua/x/dien-bien"])
def test_a_wrong_address_is_answered_in_vietnamese(officer: Visitor, address: str):
    page = officer.get(address)
    assert page.status == 404
    assert "Không có trang này" in page.words
    assert "Về trang chủ" in page.words


def test_a_wrong_method_is_answered_in_vietnamese(officer: Visitor):
    answer = officer.client.get("/dung-phat")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "Địa chỉ này không dùng như vậy" in answer.get_data(as_text=True)


def test_a_form_that_is_too_large_is_answered_in_vietnamese(officer: Visitor):
    answer = officer.send("/dung-phat", {"text": "x" * 1_200_000})
    assert answer.status_code == 413
    assert "Gửi quá nhiều" in answer.get_data(as_text=True)


def test_an_unknown_error_is_answered_in_vietnamese_and_not_swallowed(officer: Visitor, app, commune, caplog):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    commune.engine.dispose()
    commune.desk.sessions.configure(bind=None)
    answer = officer.client.get("/dang-nhap")
    assert answer.status_code == 500
    assert "Máy gặp lỗi" in answer.get_data(as_text=True)
    assert "Exception on /dang-nhap" in caplog.text


def test_every_post_without_a_token_does_nothing(officer: Visitor, app):
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods:
            continue
        address = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)[1]
        answer = officer.client.post(address)
        assert answer.status_code in {303, 400}, address
        if answer.status_code == 303:
            assert "Phiên làm việc đã hết" in officer.follow(answer).words
