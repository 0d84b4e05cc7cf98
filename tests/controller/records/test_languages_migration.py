"""What a commune had before there were languages is there after them, and means the same."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from controller.adapters.database import open_database, sqlite_url, upgrade
from controller.records import migrations

AT = "2026-03-02 05:00:00.000000"
ROWS = {
    "commune": {"commune": "vi-huong", "name": "Xã Vi Hương", "zone": "Asia/Ho_Chi_Minh"},
    "bulletin": {"commune": "vi-huong", "id": "b-1", "title": "Họp", "author": "u-1", "created_at": AT},
}


def configured(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    config.attributes["connection"] = connection
    return config


def insert(database: Engine, table: str, /, **row: object) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    with database.begin() as connection:
        connection.execute(text(f'insert into "{table}" ({names}) values ({", ".join(f":{n}" for n in row)})'), row)


@pytest.fixture
def older(tmp_path: Path):
    """A database as it was before, with a little of everything that changes."""
    engine = open_database(sqlite_url(tmp_path / "desk.db"))
    with engine.begin() as connection:
        command.upgrade(configured(connection), "0003")
    for table, row in ROWS.items():
        insert(engine, table, **row)
    for id_, languages in (("a", '["tay", "vi"]'), ("b", "[]")):
        village = {
            "commune": "vi-huong",
            "id": id_,
            "name": id_,
            "households": 1,
            "languages": languages,
            "position": 0,
        }
        insert(engine, "village", **village)
    for language, status, clip in (("tay", "ready", "a" * 64), ("vi", "failed", None)):
        insert(
            engine, "rendition", commune="vi-huong", bulletin="b-1", language=language, kind="recording", text="",
            spoken="", repeat=1, broadcast_status="actual", status=status, progress=1.0, failures="[]", clip=clip,
            updated_at=AT,
        )  # fmt: skip
    insert(
        engine, "broadcast", commune="vi-huong", id="s-1", bulletin="b-1", start=AT, not_after=AT, status="actual",
        villages='["a"]', immediate=0, waiting=0, author="u-1", created_at=AT, **{"class": "routine"},
    )  # fmt: skip
    insert(engine, "target", commune="vi-huong", broadcast="s-1", unit="cum-a", stage="finished", played_ms=7)
    insert(
        engine, "carried", commune="vi-huong", broadcast="s-1", bulletin="b-1", duration_ms=5, body="{}", adopted_at=AT
    )
    insert(engine, "phrase", commune="vi-huong", id="storm", language="vi", text="Bão.", clip="b" * 64, engine="espeak")
    yield engine
    engine.dispose()


def rows(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_what_was_there_is_there_and_means_the_same(older):
    upgrade(older)
    assert rows(older, "select id, languages from village order by id") == [("a", '["tay", "vi"]'), ("b", '["vi"]')]
    assert rows(older, "select language, status, clip, parts, left_out from rendition order by language") == [
        ("tay", "ready", "a" * 64, "[]", 0),
        ("vi", "failed", None, "[]", 0),
    ]
    assert rows(older, "select stage, played_ms, items from target") == [("finished", 7, None)]
    assert rows(older, "select duration_ms, body, others from carried") == [(5, "{}", "{}")]
    assert rows(older, "select id, text, clip, engine, upload_path, recorded_by from phrase") == [
        ("storm", "Bão.", "b" * 64, "espeak", None, None)
    ]


def test_it_can_be_taken_back(older):
    upgrade(older)
    with older.begin() as connection:
        command.downgrade(configured(connection), "0003")
    assert rows(older, "select id, text, clip from phrase") == [("storm", "Bão.", "b" * 64)]
    assert rows(older, "select language from rendition order by language") == [("tay",), ("vi",)]
    upgrade(older)
    assert rows(older, "select count(*) from rendition where left_out = 0") == [(2,)]
