"""The pages as an officer meets them: served by waitress on a free port, opened in a headless Chromium."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

from controller.web.application import WebSettings, create_app
from controller.web.clips import clips_blueprint
from tests.browser.ordinary_day import live_through
from tests.controller.web.commune import NAME, PASSWORD, Commune

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESKTOP = (390, 844), (1440, 900)


@dataclass
class Site:
    """A commune whose pages are served."""

    commune: Commune
    url: str
    made: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watchers() -> int:
    """How many pages may watch at once; a test overrides it."""
    return 40


def serve(commune: Commune) -> Iterator[Site]:
    settings = WebSettings(session_key=b"k" * 32, public_url="http://127.0.0.1")
    app = create_app(commune.desk, settings, machines=[clips_blueprint(commune.store)])
    server = create_server(app, host="127.0.0.1", port=0, threads=16, channel_request_lookahead=1)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Site(commune, f"http://127.0.0.1:{server.effective_port}")
    commune.board.close()
    server.task_dispatcher.shutdown(timeout=5)
    with suppress(OSError):  # the loop may wake by itself between the two halves of the pull, and close the trigger
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    thread.join(10)
    assert not thread.is_alive()
    commune.close()


@pytest.fixture
def site(tmp_path: Path, watchers: int) -> Iterator[Site]:
    """A commune where nothing has happened yet."""
    yield from serve(Commune(tmp_path, watchers=watchers))


@pytest.fixture
def busy(site: Site) -> Site:
    """A commune in the middle of an ordinary day."""
    site.made = live_through(site.commune)
    return site


class Desk:
    """One officer's browser. Whatever it complains about, and whatever it asks of another host, is remembered."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.site = site
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        answered = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type in {"error", "warning"} and not answered:
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, f"blob:{self.site.url}/", "data:", "about:")):
            self.elsewhere.append(request.url)

    def open(self, address: str) -> Page:
        self.page.goto(self.site.url + address)
        return self.page

    def sign_in(self) -> "Desk":
        self.open("/dang-nhap")
        self.page.fill("#name", NAME)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.button-main")
        self.page.wait_for_url(f"{self.site.url}/")
        return self

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def desks(chromium: Browser, site: Site) -> Iterator[object]:
    """Opens browsers; at the end none may have complained or asked another host."""
    opened: list[Desk] = []

    def opens(size: tuple[int, int] = PHONE, **options: object) -> Desk:
        width, height = size
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="vi-VN", **options)
        context.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)  # a busy machine must not fail a page
        opened.append(Desk(context, site))
        return opened[-1]

    yield opens
    for desk in opened:
        desk.context.close()
    assert [complaint for desk in opened for complaint in desk.complaints] == []
    assert [address for desk in opened for address in desk.elsewhere] == []


@pytest.fixture
def desk(desks) -> Desk:
    """An officer's phone, signed in."""
    return desks().sign_in()
