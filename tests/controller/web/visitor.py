"""An officer's browser without scripts: follows links, fills in forms, sends tokens back, and reads what is shown."""

import re
from html.parser import HTMLParser

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.controller.web.commune import NAME, PASSWORD


class Page(HTMLParser):
    """What a page shows and what its last form would send."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.fields: list[tuple[str, str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._area: str | None = None
        self._quiet = False
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self._quiet = tag in {"script", "style"}
        name = found.get("name")
        if tag == "input" and name and (found.get("type") not in {"radio", "checkbox", "file"} or "checked" in found):
            self.fields.append((name, found.get("value") or ""))
        if tag == "textarea" and name:
            self._area = name
            self.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        self._quiet = False
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, value = self.fields[-1]
            self.fields[-1] = (name, value + data.removeprefix("\n") if not value else value + data)
        elif not self._quiet:
            self.text += data

    def field(self, name: str) -> str:
        return next(value for found, value in self.fields if found == name)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", self.text)


class Visitor:
    """One browser."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def get(self, address: str, **headers: str) -> Page:
        page = Page(self.client.get(address, headers=headers))
        self._learn(page)
        return page

    def send(self, address: str, fields: object = (), **files: object) -> TestResponse:
        """Post a form with the token of the page that was seen last; returns the answer as it came."""
        data: MultiDict[str, object] = MultiDict(fields)  # type: ignore[arg-type]
        data.setdefault("csrf_token", self.token)
        for name, file in files.items():
            data[name] = file
        response = self.client.post(address, data=data)
        response.request.environ["wsgi.input"].close()
        return response

    def post(self, address: str, fields: object = (), **files: object) -> Page:
        response = self.send(address, fields, **files)
        page = Page(response)
        self._learn(page)
        return page

    def follow(self, response: TestResponse) -> Page:
        assert response.status_code in {302, 303}, response.get_data(as_text=True)[:2000]
        return self.get(response.headers["Location"])

    def sign_in(self, next_: str = "", **more: str) -> TestResponse:
        self.get("/dang-nhap")
        return self.send("/dang-nhap", {"name": NAME, "password": PASSWORD, "next": next_, **more})

    def lose_session(self) -> None:
        self.client.delete_cookie("loalang")

    def _learn(self, page: Page) -> None:
        found = [value for name, value in page.fields if name == "csrf_token"]
        self.token = found[0] if found else self.token
