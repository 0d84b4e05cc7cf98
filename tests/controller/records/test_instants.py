"""Stored instants know their zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite

from controller.records.base import UtcInstant

DIALECT = sqlite.dialect()


def test_an_instant_is_stored_in_utc_whatever_zone_it_was_written_in():
    local = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=7)))
    stored = UtcInstant().process_bind_param(local, DIALECT)
    assert stored.isoformat() == "2026-03-02T05:00:00+00:00"


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="zone"):
        UtcInstant().process_bind_param(datetime(2026, 3, 2), DIALECT)  # noqa: DTZ001


def test_what_comes_back_is_aware():
    assert UtcInstant().process_result_value(datetime(2026, 3, 2), DIALECT).tzinfo is UTC  # noqa: DTZ001
    assert UtcInstant().process_result_value(datetime(2026, 3, 2, tzinfo=UTC), DIALECT).tzinfo is UTC
    assert UtcInstant().process_result_value(None, DIALECT) is None
    assert UtcInstant().process_bind_param(None, DIALECT) is None
