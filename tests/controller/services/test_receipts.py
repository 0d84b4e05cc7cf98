"""What units say they did: believed only when signed, stored once, acknowledged only when committed."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from controller.records.plans import ReceiptGapRow, ReceiptRow, TargetRow
from controller.services import receipts, results
from controller.services.alarms import alarms
from controller.services.planning import Now
from protocol.envelope import Refused, open_down, seal
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import ReceiptAck, ReceiptBatch
from protocol.names import Refusal, Role, Stage
from tests.fakes.desk import COMMUNE, Office, furnish, open_desk


def accept(office: Office, unit: str, *said, **more):
    return receipts.accept_receipts(office.desk, unit, office.receipts(unit, *said, **more))


def target(office: Office, broadcast: str, unit: str = "cum-a"):
    (found,) = [one for one in results.broadcast(office.desk, broadcast).targets if one.unit == unit]
    return found


def count(office: Office) -> int:
    with office.desk.reading() as session:
        return session.scalar(select(func.count()).select_from(ReceiptRow))


def test_stages_are_shown_as_they_come(office):
    broadcast = office.broadcast(Now())
    accept(office, "cum-a", office.receipt(1, Stage.STORED, broadcast))
    assert target(office, broadcast).stored_at == office.clock.now
    started = office.clock.move(seconds=2)
    accept(office, "cum-a", office.receipt(2, Stage.STARTED, broadcast, error_us=-1200))
    view = target(office, broadcast)
    assert (view.outcome, view.started_at, view.error_us) == ("playing", started, -1200)
    done = office.clock.move(seconds=30)
    accept(office, "cum-a", office.receipt(3, Stage.FINISHED, broadcast, played_ms=30_000, of_ms=30_000))
    view = target(office, broadcast)
    assert (view.outcome, view.finished_at, view.played_ms, view.of_ms) == ("heard", done, 30_000, 30_000)
    assert results.broadcast(office.desk, broadcast).state == "heard"


def test_the_acknowledgement_is_verified_by_the_unit_and_names_the_last_number_without_a_gap(office):
    accept(office, "cum-a", office.receipt(1, Stage.STORED), office.receipt(3, Stage.STARTED))
    unit, data = office.doorbell.acks[-1]
    keys = Keyring([VerifyKey(Role.SCHEDULE, office.desk.schedule_key.public)])
    ack, _ = open_down(data, ReceiptAck, keys, COMMUNE, "cum-a")
    assert (unit, ack.through, ack.journal) == ("cum-a", 1, "journal-cum-a")
    assert accept(office, "cum-a", office.receipt(2, Stage.STORED)).through == 3


def test_a_repeated_batch_changes_nothing_and_is_acknowledged_again(office):
    said = (office.receipt(1, Stage.STORED), office.receipt(2, Stage.STARTED))
    assert accept(office, "cum-a", *said).through == 2
    assert accept(office, "cum-a", *said, *said).through == 2
    assert count(office) == 2
    assert len(office.doorbell.acks) == 2


def test_journals_are_counted_apart(office):
    assert accept(office, "cum-a", office.receipt(1, Stage.STORED)).through == 1
    assert accept(office, "cum-a", office.receipt(1, Stage.STORED), journal="new-card").through == 1
    assert count(office) == 2


def test_a_stage_that_is_not_known_yet_is_stored_and_acknowledged(office):
    broadcast = office.broadcast(Now())
    assert accept(office, "cum-a", office.receipt(1, "echoed", broadcast)).through == 1
    assert target(office, broadcast).stage is None
    assert count(office) == 1


def test_receipts_of_a_broadcast_that_the_desk_does_not_know_are_kept(office):
    assert accept(office, "cum-a", office.receipt(1, Stage.FINISHED, "someone-elses")).through == 1
    assert count(office) == 1


def test_a_unit_that_was_not_asked_cannot_claim_to_have_played(office):
    broadcast = office.broadcast(Now(), villages=("khau-bang",))
    accept(office, "cum-b", office.receipt(1, Stage.FINISHED, broadcast))
    assert [one.unit for one in results.broadcast(office.desk, broadcast).targets] == ["cum-a"]
    assert target(office, broadcast).stage is None


def forged(office: Office) -> bytes:
    batch = ReceiptBatch(
        commune=COMMUNE, unit="cum-a", journal="journal-cum-a", receipts=(office.receipt(1, Stage.FINISHED),)
    )
    return seal(batch, SigningKey.generate())


BAD = {
    "another unit's key": (lambda office: office.receipts("cum-b", office.receipt(1, "stored")), Refusal.UNKNOWN_KEY),
    "an unknown key": (forged, Refusal.UNKNOWN_KEY),
    "a changed byte": (
        lambda office: office.receipts("cum-a", office.receipt(1, "stored")).replace(b"stored", b"failed"),
        Refusal.SIGNATURE,
    ),
    "oversized": (lambda office: b"x" * 70_000, Refusal.SIZE),
    "empty": (lambda office: b"", Refusal.MALFORMED),
    "not JSON": (lambda office: b"\xff\xfe\n\x00", Refusal.MALFORMED),
    "a state where receipts belong": (lambda office: office.state("cum-a"), Refusal.MALFORMED),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_believed_changes_nothing_and_is_not_acknowledged(office, case):
    make, reason = BAD[case]
    with pytest.raises(Refused) as error:
        receipts.accept_receipts(office.desk, "cum-a", make(office))
    assert error.value.reason is reason
    assert count(office) == 0
    assert office.doorbell.acks == []


def test_an_unknown_unit_is_refused(office):
    with pytest.raises(Refused) as error:
        receipts.accept_receipts(office.desk, "cum-x", office.receipts("cum-a", office.receipt(1, "stored")))
    assert error.value.reason is Refusal.UNKNOWN_KEY


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), repeats=st.integers(0, 4))
def test_receipts_in_any_order_and_repeated_give_the_same_rows(tmp_path_factory, seed, repeats):
    """The truth does not depend on the way: the same receipts, however they travel, end in the same table."""
    rows = []
    for shuffled in (False, True):
        office = open_desk(tmp_path_factory.mktemp("desk"))
        furnish(office)
        broadcast = office.broadcast(Now())
        stages = (Stage.STORED, Stage.STARTED, Stage.INTERRUPTED, Stage.RESUMED, Stage.FINISHED)
        said = [office.receipt(number, stage, broadcast, played_ms=number) for number, stage in enumerate(stages, 1)]
        if shuffled:
            chance = random.Random(seed)
            said = [*said, *chance.choices(said, k=repeats)]
            chance.shuffle(said)
        for receipt in said:
            accept(office, "cum-a", receipt)
        with office.desk.reading() as session:
            row = session.get(TargetRow, (COMMUNE, broadcast, "cum-a"))
        rows.append({key: value for key, value in vars(row).items() if not key.startswith("_")})
        assert office.doorbell.last_ack().through == len(stages)
        office.desk.sessions.kw["bind"].dispose()
    assert rows[0] == rows[1]


def lost_some(office: Office, acknowledged: int, *said, unit: str = "cum-a"):
    """A batch of a unit that was told that everything up to `acknowledged` is stored here."""
    batch = ReceiptBatch(
        commune=COMMUNE, unit=unit, journal=f"journal-{unit}", receipts=said, acknowledged=acknowledged
    )
    return receipts.accept_receipts(office.desk, unit, seal(batch, office.keys[unit]))


def gaps(office: Office) -> list[tuple[int, int]]:
    with office.desk.reading() as session:
        return [(row.first, row.last) for row in session.scalars(select(ReceiptGapRow).order_by(ReceiptGapRow.first))]


def test_a_restored_desk_asks_for_the_receipts_that_it_had_acknowledged_and_gets_them(office):
    broadcast = office.broadcast(Now())
    ack = lost_some(office, 3, office.receipt(4, Stage.STORED))
    assert (ack.through, ack.again) == (0, True)
    told = office.receipt(2, Stage.FINISHED, broadcast, played_ms=30_000, of_ms=30_000)
    ack = lost_some(office, 3, office.receipt(1, Stage.STARTED, broadcast), told, office.receipt(3, Stage.STORED))
    assert (ack.through, ack.again) == (4, False)
    assert target(office, broadcast).outcome == "heard"
    assert gaps(office) == []


def test_what_the_unit_has_no_more_is_recorded_as_lost_and_told_and_nothing_hangs(office):
    broadcast = office.broadcast(Now())
    assert lost_some(office, 5, office.receipt(6, Stage.STORED)).again
    office.clock.move(minutes=11)
    assert lost_some(office, 5, office.receipt(4, Stage.STORED)).again
    office.clock.move(minutes=2)
    ack = lost_some(office, 5, office.receipt(7, Stage.STORED))
    assert (ack.through, ack.again) == (7, False)
    assert gaps(office) == [(1, 3), (5, 5)]
    (alarm,) = alarms(office.desk)
    assert (alarm.kind, alarm.unit, alarm.detail, alarm.standing) == ("receipts-lost", "cum-a", "4", False)
    assert target(office, broadcast).stage is None, "what was lost is unknown, not played"
    assert lost_some(office, 7, office.receipt(8, Stage.STORED)).through == 8


def test_a_lying_unit_runs_away_with_its_own_journal_only(office):
    lost_some(office, 2**52, office.receipt(1, Stage.STORED))
    office.clock.move(minutes=11)
    lost_some(office, 2**52, office.receipt(2, Stage.STORED))
    office.clock.move(minutes=2)
    assert lost_some(office, 2**52, office.receipt(3, Stage.STORED)).through == 2**52
    assert accept(office, "cum-b", office.receipt(1, Stage.STORED)).through == 1


def test_a_journal_that_lost_nothing_is_never_asked_again(office):
    ack = lost_some(office, 0, office.receipt(2, Stage.STORED))
    assert (ack.through, ack.again) == (0, False)
