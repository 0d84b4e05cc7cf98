"""Alembic's entry: run by `controller.adapters.database.upgrade`, on the connection that it hands over."""

from alembic import context
from sqlalchemy import Connection

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

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
