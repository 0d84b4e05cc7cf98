"""The controller against a unit that has its own key and no shame: a stolen unit must not stop anybody else's desk.

Whatever is not `Refused` would end the controller's process (`controller.adapters.inbox`), and come again.
"""

import contextlib
import json
import shutil

import msgspec

from controller.services import alarms, home, receipts, recovery, results, states, unit_list
from controller.services.clock_answers import ClockAnswers
from controller.services.planning import Now
from protocol.envelope import Refused
from protocol.messages import Coming
from protocol.names import ClipHash, Kind, Reason, Stage, UnitId
from protocol.topics import UP, Leaf
from tests.fakes.desk import Office, furnish, open_desk
from tests.fuzz.target import Target, work_folder
from tests.fuzz.wire import sealed_payload
from tests.protocol.messages_made import planned, programme

UNIT = UnitId("cum-a")
SIGNED = {Leaf.RECEIPT: Kind.RECEIPT, Leaf.STATE: Kind.STATE, Leaf.CLOCK_QUESTION: Kind.CLOCK_QUESTION}
USES = 300
"""Inputs that one desk takes before another is opened: what is stored by then must not slow the fuzzer."""

LOOKS = 8
"""Inputs after which somebody looks at the pages."""


class _Desk:
    """A furnished desk with one broadcast, and who takes what from a unit."""

    def __init__(self) -> None:
        self._folder = work_folder() / "desk"
        self._folder.mkdir()
        self.office: Office = open_desk(self._folder)
        furnish(self.office)
        self.broadcast = self.office.broadcast(Now())
        answers, desk = ClockAnswers(self.office.desk), self.office.desk
        self.takers = {
            Leaf.RECEIPT: lambda data: receipts.accept_receipts(desk, UNIT, data),
            Leaf.STATE: lambda data: states.accept_state(desk, UNIT, data),
            Leaf.AVAILABILITY: lambda data: states.accept_availability(desk, UNIT, data),
            Leaf.HELD: lambda data: recovery.accept_held(desk, UNIT, data),
            Leaf.CLOCK_QUESTION: lambda data: answers.answer(UNIT, data),
        }
        assert set(self.takers) == UP
        self.uses = 0

    def close(self) -> None:
        self.office.desk.sessions.kw["bind"].dispose()
        shutil.rmtree(self._folder)


class _Desks:
    """One desk at a time."""

    def __init__(self) -> None:
        self._desk: _Desk | None = None

    def get(self) -> _Desk:
        if self._desk is None or self._desk.uses >= USES:
            if self._desk is not None:
                self._desk.close()
            self._desk = _Desk()
        self._desk.uses += 1
        return self._desk

    def close(self) -> None:
        if self._desk is not None:
            self._desk.close()
        self._desk = None


DESKS = _Desks()


def from_a_unit(data: bytes) -> None:
    """`<leaf>\\n<payload>`: rightly signed by the unit where the leaf is signed. Then the desk's pages still stand."""
    name, _, payload = data.partition(b"\n")
    leaf = next((leaf for leaf in UP if leaf.encode() == name), None)
    if leaf is None:
        return
    desk = DESKS.get()
    office = desk.office
    if leaf in SIGNED:
        payload = sealed_payload(SIGNED[leaf], payload, office.keys[UNIT])
    elif leaf is Leaf.HELD:
        payload = sealed_payload(Kind.PROGRAMME, payload, office.desk.keys.schedule)
    office.clock.move(seconds=1)
    with contextlib.suppress(Refused):
        desk.takers[leaf](payload)
    if desk.uses % LOOKS:
        return
    unit_list.units(office.desk)
    results.broadcast(office.desk, desk.broadcast)
    alarms.alarms(office.desk)
    home.home(office.desk)
    recovery.setbacks(office.desk)


def _seeds() -> tuple[bytes, ...]:
    desk = DESKS.get()
    office = desk.office
    said = [
        office.receipt(1, Stage.STORED, desk.broadcast),
        office.receipt(2, Stage.STARTED, desk.broadcast, error_us=-120),
        office.receipt(3, Stage.INTERRUPTED, desk.broadcast, reason="preempted", played_ms=900, of_ms=5000),
    ]
    coming = (Coming(clip=ClipHash("ab" * 32), size=1000, fetched=620, reason=Reason.DATA_BUDGET),)
    signed = (
        (Leaf.RECEIPT, office.receipts(UNIT, *said)),
        (Leaf.STATE, office.state(UNIT)),
        (
            Leaf.STATE,
            office.state(UNIT, coming=coming, set_back=3, clock_dispute_s=3600.5, disk="full", temperature_c=61.5),
        ),
        (Leaf.CLOCK_QUESTION, json.dumps({"commune": "vi-huong", "unit": UNIT, "nonce": "A" * 22}).encode()),
    )
    return (
        *(leaf.encode() + b"\n" + data.rpartition(b"\n")[2] for leaf, data in signed),
        b"availability\nonline",
        b"held\n" + msgspec.json.encode(programme(planned(), unit=UNIT)),
    )


TARGETS = (Target("desk-unit", from_a_unit, _seeds, structured=True, share=3, changes=60),)
