"""The database: SQLite on the disk of the commune, or PostgreSQL by its address for a province.

SQLite stands in WAL mode with `synchronous=FULL`: what was committed survives a power cut. A transaction that may
write takes the write lock at its beginning, so that two writers wait for each other (at most `BUSY_MS`) instead of
failing half-way; one that only reads (`Desk.reading`) never waits.
"""

import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from controller.services.desk import READING

BUSY_MS = 10_000
_MIGRATIONS = Path(__file__).parent.parent / "records" / "migrations"


def sqlite_url(path: Path) -> str:
    """Return the address of an SQLite file."""
    return f"sqlite:///{path}"


def open_database(url: str) -> Engine:
    """Return the engine for an address; nothing is connected yet."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, pool_size=4, max_overflow=60)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest shape, one migration after the other, each whole or not at all."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def sessions_of(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions; what was read stays readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError("an SQLite address needs the sqlite3 driver")
    connection.isolation_level = None  # the driver shall begin nothing by itself: `_begin` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN" if options.get(READING) else "BEGIN IMMEDIATE")
