"""The migrations make exactly the tables that the code believes in, and can be run again."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from controller.adapters.database import open_database, sqlite_url, upgrade
from controller.records import (  # noqa: F401 - they fill the metadata
    bulletins,
    dictionary,
    people,
    phrases,
    places,
    plans,
    recovery,
    settings,
    trust,
)
from controller.records.base import Base


@pytest.fixture
def engine(tmp_path: Path):
    found = open_database(sqlite_url(tmp_path / "desk.db"))
    upgrade(found)
    yield found
    found.dispose()


def test_the_migrated_tables_are_those_of_the_code(engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_again_changes_nothing(engine):
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from alembic_version")) == 1


def test_the_commune_begins_every_key(engine):
    for table in set(inspect(engine).get_table_names()) - {"alembic_version"}:
        assert inspect(engine).get_pk_constraint(table)["constrained_columns"][0] == "commune", table


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_the_tables_can_be_made_in_postgresql_too(table):
    dialect = postgresql.dialect()
    assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    for index in table.indexes:
        assert "INDEX" in str(CreateIndex(index).compile(dialect=dialect))


def test_the_database_keeps_what_was_committed_through_a_power_cut(engine):
    with engine.connect() as connection:
        assert connection.scalar(text("pragma journal_mode")) == "wal"
        assert connection.scalar(text("pragma synchronous")) == 2  # FULL
        assert connection.scalar(text("pragma foreign_keys")) == 1
        assert connection.scalar(text("pragma busy_timeout")) == 10_000
