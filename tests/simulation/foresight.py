"""A unit that has all it needs plays, whatever network and desk do: foreseen shortly before air time, judged after it.

So are: the desk's word READY, if nothing broke since; an emergency that has arrived, within seconds; and an order that
had time and a way, which is answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from controller.domain.readiness import Verdict
from edge.core.events import Event, MessageArrived
from edge.core.playback import Phase
from protocol.messages import Order, PlannedBroadcast, Play, Programme
from protocol.names import BroadcastId, DiskHealth, Kind, Stage
from schedules.hours import within
from tests.simulation import belief
from tests.simulation.agenda import Agenda
from tests.simulation.chronicle import seconds_of, true_time
from tests.simulation.desk import Desk
from tests.simulation.network import Network
from tests.simulation.promises import Broken, Life, Referee, Wanted, is_warning
from tests.simulation.unit import SimUnit
from tests.simulation.verdicts import verdict

AHEAD_S = 20.0
AFTER_S = 30.0
TO_ANSWER_S = 90.0
SAID_S = 5.0
START_WITHIN_S = 0.05
WARNED_WITHIN_S = 4.0
"""From the arrival of an emergency at a unit that is well to its first sample: the relay settles, something is cut."""
PROVEN_WITHIN_S = 30.0
"""The same when the unit has to ask for the time first."""


@dataclass
class Foresight:
    agenda: Agenda
    referee: Referee
    network: Network
    desk: Desk
    judged: int = 0

    def __post_init__(self) -> None:
        self._looked: set[tuple[str, BroadcastId]] = set()

    @property
    def units(self) -> Mapping[str, SimUnit]:
        return self.network.units

    def expect(self, message: Wanted) -> None:
        """Look at each broadcast of a published message, at each of its units, shortly before its start."""
        if isinstance(message, Programme):
            for broadcast in message.broadcasts:
                self._look_later(self.units[message.unit], broadcast)
            return
        self.agenda.at(seconds_of(message.not_after), lambda: self._require_answers(message))
        if isinstance(message.act, Play):
            for name in message.targets:
                self._look_later(self.units[name], message.act.broadcast)

    # ---- orders

    def _require_answers(self, order: Order) -> None:
        """At the end of its window an order is answered by every unit that had time and a way to."""
        row, since = self.desk.books.orders.get(order.id), self.agenda.now - TO_ANSWER_S
        if row is None or row.published_at is None or seconds_of(row.published_at) < since - TO_ANSWER_S:
            return
        for name in order.targets:
            unit = self.units[name]
            well = unit.running and unit.trouble.free_since(since) and self.network.calm(unit, since)
            if well and belief.trusted(unit) and name not in row.answered:
                raise Broken("healing", unit, f"{order.id} was never answered", order.id)

    def decided(self, unit: SimUnit, event: Event) -> None:
        """An emergency that has just arrived for the first time at a unit that is well."""
        if not isinstance(event, MessageArrived) or event.kind is not Kind.ORDER:
            return
        message, key = self.referee.genuine.get(event.data, (None, ""))
        if not isinstance(message, Order) or not isinstance(message.act, Play) or unit.name not in message.targets:
            return
        broadcast, life = message.act.broadcast, self.referee.life(unit)
        if (
            is_warning(broadcast)
            and key in self.referee.obeyed(unit, broadcast.class_)
            and not life.receipts[broadcast.id]
        ):
            self._expect_warning(unit, message, broadcast)

    def _expect_warning(self, unit: SimUnit, order: Order, broadcast: PlannedBroadcast) -> None:
        at, life = self.agenda.now, self.referee.life(unit)
        left = (order.not_after - true_time(at)).total_seconds()
        trusted, error = belief.trusted(unit), belief.bound_s(unit)
        within_s = WARNED_WITHIN_S if trusted else PROVEN_WITHIN_S
        reached = trusted or self.network.calm(unit, at - 10.0)
        honest = not unit.misled and not unit.told_lies and (error is None or error < 60.0)
        if not (reached and honest and self._is_well(unit) and left > within_s + 60.0) or broadcast.id in life.bans:
            return
        if not any(is_warning(each) for each in self._sounding_or_waiting(unit, broadcast)):
            self.agenda.at(at + within_s, lambda: self._judge_warning(unit, broadcast, at, trusted=trusted))

    def _judge_warning(self, unit: SimUnit, broadcast: PlannedBroadcast, since: float, *, trusted: bool) -> None:
        life = self.referee.life(unit)
        disturbed = unit.trouble.struck_since(since) or not unit.running or broadcast.id in life.bans
        if disturbed or life.stopped_since(since) or life.sounds[broadcast.id]:
            return
        if not trusted and not self.network.calm(unit, since - 10.0):
            return
        if not any(is_warning(each) for each in self._sounding_or_waiting(unit, broadcast)):
            said = f"{broadcast.id}, an emergency, was silent {self.agenda.now - since:.0f} s after it arrived"
            raise Broken("P-start", unit, said, broadcast.id)

    def _sounding_or_waiting(self, unit: SimUnit, broadcast: PlannedBroadcast) -> list[PlannedBroadcast]:
        """What else may have the loudspeaker, or want it."""
        state = unit.state
        if state is None:
            return []
        active = [] if state.active is None else [state.active.broadcast]
        unproven = [each.order.act.broadcast for each in state.unproven if isinstance(each.order.act, Play)]
        others = [*active, *unproven, *(each.broadcast for each in state.ordered.values())]
        over = {id_ for id_, progress in state.progress.items() if progress.phase is Phase.OVER}
        return [each for each in others if each.id != broadcast.id and each.id not in over]

    # ---- sittings

    def _look_later(self, unit: SimUnit, broadcast: PlannedBroadcast) -> None:
        at, key = seconds_of(broadcast.start) - AHEAD_S, (unit.name, broadcast.id)
        if at > self.agenda.now and key not in self._looked:
            self._looked.add(key)
            self.agenda.at(at, lambda: self._look(unit, broadcast))

    def _look(self, unit: SimUnit, broadcast: PlannedBroadcast) -> None:
        since = self._said_ready(unit, broadcast)
        if since is None and self._will_play(unit, broadcast):
            since = self.agenda.now
        if since is not None:
            end = seconds_of(broadcast.not_after) + broadcast.duration_ms / 1000 + AFTER_S
            process = unit.process
            self.agenda.at(end, lambda: self._judge(unit, broadcast, since, process))

    def _said_ready(self, unit: SimUnit, broadcast: PlannedBroadcast) -> float | None:
        """Since when nothing may have broken for the desk's word to bind; None when it does not say ready."""
        row = self.desk.books.broadcasts.get(broadcast.id)
        if not self.desk.open or row is None or row.cancelled_at is not None:
            return None
        target = self.desk.books.targets.get((unit.id, broadcast.id))
        if target is None or target.known.stage not in {None, Stage.STORED}:
            return None
        if verdict(self.desk, unit.id, broadcast.id) is not Verdict.READY:
            return None
        since = seconds_of(self.desk.books.states[unit.id].received_at) - SAID_S
        well = not unit.is_doomed and not unit.misled and unit.trouble.free_since(since)
        return since if well and self.network.calm(unit, since) else None

    def _is_well(self, unit: SimUnit) -> bool:
        """Process, disk, card and relay are all right, and nothing is about to befall them."""
        state = unit.state
        well = state is not None and not unit.trouble.standing and not unit.is_doomed and unit.idle
        return well and state is not None and state.disk is DiskHealth.OK and not state.leaving

    def _will_play(self, unit: SimUnit, broadcast: PlannedBroadcast) -> bool:
        """By true knowledge: plan, clips, clock, card, disk and process are right, and nothing stands against it."""
        state, life = unit.state, self.referee.life(unit)
        if state is None or not self._is_well(unit) or not unit.kept or unit.misled or unit.told_lies:
            return False
        planned = state.programme is not None and broadcast in state.programme.broadcasts
        clips = {item.clip for item in broadcast.items}
        there = clips <= state.clips and clips <= unit.disk.clips and not clips & unit.disk.spoilt
        progress = state.progress.get(broadcast.id)
        waits = progress is None or progress.phase is Phase.WAITING
        return planned and there and waits and self._allowed(unit, broadcast) and broadcast.id not in life.bans

    def _allowed(self, unit: SimUnit, broadcast: PlannedBroadcast) -> bool:
        delegation = self.referee.delegation(unit)
        if delegation is None:
            return False
        caps, slack = delegation.caps, timedelta(minutes=2)
        end = broadcast.start + timedelta(milliseconds=broadcast.duration_ms) + slack
        fits = within(caps.hours, broadcast.start - slack, end, caps.utc_offset_min)
        return fits and broadcast.duration_ms <= caps.length_s * 1000

    def _judge(self, unit: SimUnit, broadcast: PlannedBroadcast, since: float, process: int) -> None:
        life, id_ = self.referee.life(unit), broadcast.id
        if not unit.trouble.free_since(since) or unit.process != process or id_ in life.bans or unit.misled:
            return
        if self._others(life, broadcast) or not life.lists(id_) or not self._allowed(unit, broadcast):
            return
        self.judged += 1
        sounds = life.sounds[id_]
        if not sounds:
            raise Broken("P-autonomy", unit, f"{id_} was ready there and did not sound", id_)
        error = sounds[0].clock_bound_s
        late = (sounds[0].began or 0.0) - seconds_of(broadcast.start)
        if error is not None and abs(late) > START_WITHIN_S + error:
            raise Broken("P-start", unit, f"{id_} began {late:.3f} s from its start", id_)
        if sounds[-1].end != "finished" and not life.stopped_since(since):
            raise Broken("P-autonomy", unit, f"{id_} ended: {sounds[-1].end}", id_)

    def _others(self, life: Life, broadcast: PlannedBroadcast) -> bool:
        """Whether something else sounded there meanwhile, so that it may rightly have waited or been cut."""
        begin = seconds_of(broadcast.start) - AHEAD_S
        end = seconds_of(broadcast.not_after) + broadcast.duration_ms / 1000
        return any(
            id_ != broadcast.id and (sound.ended is None or sound.ended > begin) and sound.called < end
            for id_, sounds in life.sounds.items()
            for sound in sounds
        )
