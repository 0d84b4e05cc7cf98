"""SQLite under several threads: writers wait for each other, readers for nobody."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from controller.services import drafts
from controller.services.views import User
from tests.fakes.desk import Office, furnish, open_desk


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = open_desk(tmp_path)
    furnish(found)
    yield found
    found.desk.sessions.kw["bind"].dispose()


def test_many_writers_at_once_all_commit(office):
    users = [User(id=f"user-{n}", name="x", shown_name="x", epoch=0) for n in range(16)]

    def write(user: User) -> None:
        for number in range(5):
            drafts.save_draft(office.desk, user, form={"text": str(number)})

    threads = [threading.Thread(target=write, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {drafts.load_draft(office.desk, user)["text"] for user in users} == {"4"}


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(office):
    user = User(id="user-1", name="x", shown_name="x", epoch=0)
    drafts.save_draft(office.desk, user, form={"text": "trước"})
    with office.desk.writing() as session:
        session.execute(text("update draft set saved_at = saved_at"))
        read: list[dict[str, str]] = []
        reader = threading.Thread(target=lambda: read.append(drafts.load_draft(office.desk, user)))
        reader.start()
        reader.join(5)
        assert read == [{"text": "trước"}]


def test_a_failed_use_case_leaves_nothing(office):
    user = User(id="user-1", name="x", shown_name="x", epoch=0)
    try:
        with office.desk.writing() as session:
            session.execute(text("insert into draft values ('vi-huong', 'user-1', '{}', '2026-03-02 05:00:00')"))
            raise KeyError
    except KeyError:
        pass
    assert drafts.load_draft(office.desk, user) == {}
