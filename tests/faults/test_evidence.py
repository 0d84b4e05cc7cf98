"""The judge of all fault tests can find each fault: what it lets pass would pass everywhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from protocol.messages import Receipt
from protocol.names import BroadcastId, ClockTrust
from tests.faults.evidence import Evidence, Sound, evidence, judge

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def said(*stages: str, played_ms: int | None = None, first: int = 1) -> list[Receipt]:
    return [
        Receipt(
            number=number,
            at=NOON,
            clock=ClockTrust.TRUSTED,
            stage=stage,
            broadcast=BroadcastId("news"),
            played_ms=played_ms if stage in {"finished", "interrupted"} else None,
        )
        for number, stage in enumerate(stages, first)
    ]


ONE = Sound("news", at(1.1), 900)
ON_OFF = ((at(0), "off"), (at(1), "on"), (at(2.1), "off"))
HEARD = Evidence((ONE,), ON_OFF)
WHOLE = said("stored", "started", "finished", played_ms=900)


def test_an_ordinary_broadcast_is_well() -> None:
    judge(HEARD, WHOLE)


def test_what_was_interrupted_may_go_on() -> None:
    twice = Evidence((ONE, Sound("news", at(5), 900)), (*ON_OFF, (at(4), "on"), (at(6), "off")))
    judge(twice, said("stored", "started", "interrupted", "resumed", "finished", played_ms=900))


@pytest.mark.parametrize(
    ("fault", "found", "receipts"),
    [
        ("sounded again", Evidence((ONE, Sound("news", at(1.9), 900)), ON_OFF), WHOLE),
        ("claims more", Evidence((Sound("news", at(1.1), 300),), ON_OFF), WHOLE),
        ("nothing was heard", Evidence((), ((at(0), "off"),)), said("stored", "started")),
        ("missing or repeated", HEARD, WHOLE[:1] + WHOLE[2:]),
        ("missing or repeated", HEARD, [*WHOLE, WHOLE[-1]]),
        ("missing or repeated", HEARD, said("stored", first=2)),
        ("'on'", Evidence((ONE,), ON_OFF[:2]), WHOLE),
        ("with the relay off", Evidence((Sound("news", at(3), 900),), ON_OFF), WHOLE),
        ("news", HEARD, said("stored", "started", "finished", "skipped", played_ms=900)),
        ("news", HEARD, said("stored", "started", "started", "finished", played_ms=900)),
    ],
)
def test_every_fault_is_found(fault: str, found: Evidence, receipts: list[Receipt]) -> None:
    with pytest.raises(AssertionError, match=fault):
        judge(found, receipts)


def test_what_a_killed_sound_card_left_is_read(tmp_path: Path) -> None:
    (tmp_path / "relay.log").write_text("2026-11-22T12:00:00.000001+00:00 simulated off\n")
    (tmp_path / "sound").mkdir()
    assert evidence(tmp_path) == Evidence((), ((NOON + timedelta(microseconds=1), "off"),))
