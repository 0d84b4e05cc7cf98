"""Identifiers that follow from what they name, so that making them twice makes one."""

from datetime import UTC, datetime

from protocol.names import BroadcastId


def occurrence_id(schedule: str, start: datetime) -> BroadcastId:
    """Return the id of a schedule's sitting at an instant: whoever rolls it forward, and how often, it is the same."""
    return BroadcastId(f"{schedule}-{start.astimezone(UTC):%Y%m%dt%H%M%Sz}")
