"""What befalls, carried out: one function for each word of `tests.simulation.script.What`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from controller.domain.setback import Choice
from edge.core.effects import Journal, SendReceipts, StartSound
from protocol.names import DiskHealth
from schedules.vocabulary import Status
from tests.simulation import setbacks
from tests.simulation.chronicle import true_time
from tests.simulation.desk import DeskDeath
from tests.simulation.mind import Death, Doom
from tests.simulation.network import Weather
from tests.simulation.script import Incident, What

if TYPE_CHECKING:
    from tests.simulation.commune import Commune
    from tests.simulation.unit import SimUnit

_AIMS = (None, None, StartSound, StartSound, Journal, SendReceipts)


def befall(commune: Commune, incident: Incident) -> None:
    """Let it happen, and end when its time is over."""
    _DEEDS[incident.what](commune, incident, Random(f"{commune.script.seed} incident {incident.number}"))


def _unit(commune: Commune, incident: Incident) -> SimUnit:
    assert incident.unit is not None
    return commune.units[incident.unit]


def _then(commune: Commune, incident: Incident, act: Callable[[], object]) -> None:
    commune.agenda.after(incident.lasts, act)


def _between(commune: Commune, incident: Incident) -> None:
    """The way between desk and units is in trouble, as long as the incident lasts."""
    network, what = commune.network, f"{incident.what} {incident.number}"
    network.trouble.begins(commune.agenda.now, what)
    _then(commune, incident, lambda: network.trouble.ends(commune.agenda.now, what))


def _world(commune: Commune, pattern: str, *values: object) -> None:
    commune.chronicle.tell(commune.agenda.now, "world", pattern, *values)


def _power(commune: Commune, incident: Incident, random: Random) -> None:
    _cut(commune, incident, _unit(commune, incident))


def _cut(commune: Commune, incident: Incident, unit: SimUnit) -> None:
    unit.trouble.begins(unit.now, f"power {incident.number}")
    unit.power_off()

    def back() -> None:
        unit.trouble.ends(unit.now, f"power {incident.number}")
        if not any(word.startswith("power") for word in unit.trouble.standing):
            unit.power_on()

    _then(commune, incident, back)


def _valley(commune: Commune, incident: Incident, random: Random) -> None:
    _world(commune, "the power of the whole valley is cut for {0:.0f} s", incident.lasts)
    for unit in commune.units:
        _cut(commune, incident, unit)


def _crash(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    if random.random() < 0.2:
        unit.kill()
    else:
        unit.doomed(Doom(random.choice(list(Death)), random.choice(_AIMS), random.choice((0, 0, 1, 3))))


def _leave(commune: Commune, incident: Incident, random: Random) -> None:
    _unit(commune, incident).leave()


def _pause(commune: Commune, incident: Incident, random: Random) -> None:
    """Mostly while something sounds, or is about to."""
    unit = _unit(commune, incident)

    def strike() -> None:
        unit.pause()
        _then(commune, incident, unit.go_on)

    if random.random() < 0.5:
        strike()
    else:
        unit.when_called = lambda: commune.agenda.after(random.uniform(0.0, 20.0), strike)


def _no_time(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    unit.tell("no time server is reached")
    unit.lose_time_server()
    _then(commune, incident, unit.find_time_server)


def _lying_time(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    lie = random.choice((2.0, 40.0, 3600.0, 86_400.0, 365 * 86_400.0)) * random.choice((1.0, -1.0))
    unit.find_time_server(lie)
    _then(commune, incident, unit.find_time_server)


def _clock_set(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    now = true_time(commune.agenda.now)
    steps = [timedelta(seconds=each * sign) for each in (0.7, 30, 3600, 86_400) for sign in (1, -1)]
    walls = [*(now + step for step in steps), datetime(1970, 1, 2, tzinfo=UTC), datetime(2038, 1, 20, tzinfo=UTC)]
    if unit.powered:
        unit.set_wall(random.choice(walls))


def _disk(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    health = random.choice((DiskHealth.FULL, DiskHealth.READ_ONLY, DiskHealth.FAILED))
    unit.tell("the disk is {0} for {1:.0f} s", health, incident.lasts)
    disk = unit.disk
    disk.health, disk.opens = health, random.random() < 0.5
    unit.trouble.begins(unit.now, f"disk {incident.number}")

    def mend() -> None:
        if disk.health is health:
            disk.health = DiskHealth.OK
        commune.agenda.after(30.0, lambda: unit.trouble.ends(unit.now, f"disk {incident.number}"))

    _then(commune, incident, mend)


def _new_card(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    unit.tell("it gets a new card")
    unit.power_off()
    unit.trouble.begins(unit.now, "new card")
    unit.new_disk()
    unit.trouble.ends(unit.now, "new card")
    if not any(word.startswith("power") for word in unit.trouble.standing):
        unit.power_on()


def _desk_restored(commune: Commune, incident: Incident, random: Random) -> None:
    """An older copy of the database; after a while the officers find the units that know more, and choose."""
    if not commune.backups:
        return
    _between(commune, incident)
    backup = random.choice(commune.backups[-3:])
    commune.desk.restore(backup)
    choice = random.choice((Choice.KEEP, Choice.KEEP, Choice.REPLACE))

    def choose() -> None:
        """Where the units' plan cannot be kept, it is replaced after some hours."""
        for unit, row in sorted(commune.desk.books.setbacks.items()):
            patient = commune.desk.now - row.noticed_at < timedelta(hours=2)
            chosen = choice if row.received or patient else Choice.REPLACE
            commune.desk.do(lambda unit=unit, chosen=chosen: setbacks.choose(commune.desk, unit, chosen))

    for hour in range(1, 200):
        at = commune.agenda.now + hour * 1800.0
        if at < commune.script.end:
            commune.agenda.at(at, choose)


def _rotate(commune: Commune, incident: Incident, random: Random) -> None:
    schedule, emergency = random.choice(((True, False), (False, True), (True, True), (False, False)))
    new_epoch = random.random() < 0.3 or not (schedule or emergency)
    _rotated(commune, incident, schedule=schedule, emergency=emergency, new_epoch=new_epoch)


def _rotated(commune: Commune, incident: Incident, *, schedule: bool, emergency: bool, new_epoch: bool) -> None:
    _between(commune, incident)
    commune.desk.do(lambda: commune.desk.rotate(schedule=schedule, emergency=emergency, new_epoch=new_epoch))


def _theft(commune: Commune, incident: Incident, random: Random) -> None:
    """At its end the theft is noticed: the key is revoked, in a new epoch, as soon as the desk is there."""
    _world(commune, "the schedule key is stolen for {0:.0f} s", incident.lasts)
    _between(commune, incident)
    commune.thief.begin()

    def noticed() -> None:
        if not commune.desk.open:
            commune.agenda.after(60.0, noticed)
            return
        commune.thief.end()
        _rotated(commune, incident, schedule=True, emergency=False, new_epoch=True)

    _then(commune, incident, noticed)


def _card(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    unit.break_card()
    _then(commune, incident, unit.mend_card)


def _relay(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    unit.player.relay_ok = False
    unit.trouble.begins(unit.now, "relay")

    def mend() -> None:
        unit.player.relay_ok = True
        unit.trouble.ends(unit.now, "relay")

    _then(commune, incident, mend)


def _spoilt(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    if unit.disk.clips:
        clip = random.choice(sorted(unit.disk.clips))
        unit.tell("the clip {0} goes bad on the disk", clip[:8])
        unit.disk.spoilt.add(clip)
        unit.trouble.begins(unit.now, f"spoilt {clip}")


def _partition(commune: Commune, incident: Incident, random: Random) -> None:
    unit = _unit(commune, incident)
    unit.tell("it is cut off for {0:.0f} s", incident.lasts)
    commune.network.part(unit.name)
    _then(commune, incident, lambda: commune.network.join(unit.name))


def _broker(commune: Commune, incident: Incident, random: Random) -> None:
    _between(commune, incident)
    wiped = random.random() < 0.3
    _world(commune, "the broker is gone for {0:.0f} s{1}", incident.lasts, ", and comes back empty" if wiped else "")
    commune.network.stop()
    _then(commune, incident, lambda: _broker_back(commune, wiped=wiped))


def _broker_back(commune: Commune, *, wiped: bool) -> None:
    commune.network.start(wiped=wiped)
    commune.desk.do(commune.desk.greet)


def _wipe(commune: Commune, incident: Incident, random: Random) -> None:
    _between(commune, incident)
    _world(commune, "the broker forgets everything")
    commune.network.wipe()


def _weather(commune: Commune, incident: Incident, random: Random) -> None:
    _between(commune, incident)
    commune.network.weather = Weather(
        loss=random.choice((0.0, 0.1, 0.4)),
        twice=random.choice((0.0, 0.1, 0.5)),
        delay_s=random.choice((0.1, 1.0, 5.0)),
        long_delay=random.choice((0.0, 0.05, 0.3)),
        longest_s=random.choice((60.0, 3600.0)),
    )
    _world(commune, "the air is bad: {0}", commune.network.weather)
    _then(commune, incident, lambda: setattr(commune.network, "weather", Weather()))


def _road(commune: Commune, incident: Incident, random: Random) -> None:
    """Downloads are slow, break off, or none comes through."""
    cut, speed = random.choice((0.3, 0.9, 1.0)), random.choice((3_000.0, 60_000.0))
    _world(commune, "downloads: {0:.0%} break off, {1:.0f} bytes/s", cut, speed)
    for unit in commune.units:
        unit.supply.road.cut, unit.supply.road.bytes_per_s = cut, speed

    def mend() -> None:
        for unit in commune.units:
            unit.supply.road.cut, unit.supply.road.bytes_per_s = 0.0, 60_000.0

    _then(commune, incident, mend)


def _hostile(commune: Commune, incident: Incident, random: Random) -> None:
    _between(commune, incident)
    _world(commune, "the broker is in the hands of a villain for {0:.0f} s", incident.lasts)
    commune.villain.begin()
    _then(commune, incident, commune.villain.end)


def _desk_crash(commune: Commune, incident: Incident, random: Random) -> None:
    _between(commune, incident)
    commune.desk.doom = random.choice(list(DeskDeath))


def _desk_away(commune: Commune, incident: Incident, random: Random) -> None:
    """The office is dark: mostly the broker is gone with the desk; where it is elsewhere, not for so long."""
    lasts = incident.lasts
    if random.random() < 0.8:
        commune.network.stop()
        commune.agenda.after(lasts, lambda: _broker_back(commune, wiped=random.random() < 0.5))
    else:
        lasts = min(lasts, 4 * 3600.0)
    _between(commune, incident)
    commune.desk.die(f"away for {lasts:.0f} s", again_s=None)
    commune.desk.away = True

    def back() -> None:
        commune.desk.away = False
        commune.desk.begin()

    commune.agenda.after(lasts, back)


Deed = Callable[["Commune", Incident, Random], None]
_DEEDS: Mapping[What, Deed] = {
    What.NOTICE: lambda commune, _, random: commune.office.notice(random),
    What.PLANNED: lambda commune, _, random: commune.office.planned(random),
    What.EMERGENCY: lambda commune, _, random: commune.office.emergency(random),
    What.EXERCISE: lambda commune, _, random: commune.office.emergency(
        random, random.choice((Status.EXERCISE, Status.TEST))
    ),
    What.CANCEL: lambda commune, _, random: commune.office.cancel(random),
    What.HASTY: lambda commune, _, random: commune.office.hasty(random),
    What.STOP: lambda commune, _, random: commune.office.stop(random),
    What.POWER: _power,
    What.VALLEY: _valley,
    What.CRASH: _crash,
    What.LEAVE: _leave,
    What.PAUSE: _pause,
    What.NO_TIME: _no_time,
    What.LYING_TIME: _lying_time,
    What.CLOCK_SET: _clock_set,
    What.DISK: _disk,
    What.NEW_CARD: _new_card,
    What.CARD: _card,
    What.RELAY: _relay,
    What.SPOILT: _spoilt,
    What.PARTITION: _partition,
    What.BROKER: _broker,
    What.WIPE: _wipe,
    What.WEATHER: _weather,
    What.ROAD: _road,
    What.HOSTILE: _hostile,
    What.DESK_CRASH: _desk_crash,
    What.DESK_AWAY: _desk_away,
    What.DESK_RESTORED: _desk_restored,
    What.ROTATE: _rotate,
    What.THEFT: _theft,
}
