from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from controller.web.application import WebSettings, create_app
from controller.web.clips import clips_blueprint
from tests.controller.web.commune import Commune
from tests.controller.web.visitor import Visitor

SETTINGS = WebSettings(session_key=b"k" * 32, public_url="http://127.0.0.1")


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    made = Commune(tmp_path)
    yield made
    made.close()


@pytest.fixture
def app(commune: Commune) -> Flask:
    return create_app(commune.desk, SETTINGS, machines=[clips_blueprint(commune.store)])


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def officer(visitor: Visitor, commune: Commune) -> Visitor:
    """A visitor who has signed in (by the session itself: hashing a password costs each test a tenth of a second)."""
    with visitor.client.session_transaction() as session:
        session["person"], session["epoch"] = commune.user.id, commune.user.epoch
    visitor.get("/")
    return visitor
