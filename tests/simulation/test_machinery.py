"""The simulator itself: the same seed is the same commune, stories are short, and a broken seed is cut down."""

from dataclasses import replace

from tests.simulation.agenda import Agenda
from tests.simulation.chronicle import BEGIN, LINES, Chronicle, Violation
from tests.simulation.commune import Commune
from tests.simulation.machine_clock import MachineClock
from tests.simulation.mutants import MUTANTS
from tests.simulation.script import Script, What, write
from tests.simulation.shrink import how_to_repeat, shrink


def test_a_seed_is_always_the_same_commune() -> None:
    script = write(5, days=1.0, units=3)
    one, other = Commune(script), Commune(script)
    assert one.run() == other.run()
    whose = [*one.network.units, "desk", "world"]
    assert one.chronicle.story(*whose, count=10_000) == other.chronicle.story(*whose, count=10_000)
    assert [unit.disk.shelves for unit in one.units] == [unit.disk.shelves for unit in other.units]


def test_another_seed_is_another_commune() -> None:
    assert write(5, days=1.0, units=3) != write(6, days=1.0, units=3)


def test_in_the_last_hours_nothing_new_goes_wrong() -> None:
    script = write(7, days=3.0, units=5)
    assert script.incidents
    assert all(each.at + each.lasts <= script.quiet_from + 1e-6 for each in script.incidents)


def test_what_is_equal_in_time_happens_in_the_order_of_asking() -> None:
    agenda, seen = Agenda(), []
    for name in "abc":
        agenda.at(1.0, lambda name=name: seen.append(name))
    agenda.at(1.0, lambda: seen.append("never")).call_off()
    agenda.at(0.5, lambda: seen.append("first"))
    agenda.run(2.0)
    assert seen == ["first", "a", "b", "c"]
    assert agenda.now == 2.0


def test_a_free_crystal_drifts_and_a_disciplined_one_does_not() -> None:
    clock = MachineClock(crystal=1.0 + 50e-6)
    clock.power_on(0.0, BEGIN)
    assert abs(clock.error_s(10_000.0) - 0.5) < 1e-6
    clock.discipline(10_000.0, BEGIN.replace(hour=19, minute=46, second=40))
    assert abs(clock.error_s(20_000.0)) < 1e-6
    assert abs(clock.mono(clock.true_of(777.0)) - 777.0) < 1e-6


def test_a_story_is_short_and_keeps_what_it_is_about() -> None:
    chronicle = Chronicle()
    chronicle.tell(0.0, "cum-01", "{0} is planned", "b-1")
    for second in range(100):
        chronicle.tell(float(second), "cum-01", "tick {0}", second)
    story = chronicle.story("cum-01", mentions="b-1").splitlines()
    assert len(story) <= LINES
    assert "b-1 is planned" in story[0]
    assert "tick 99" in story[-1]


def test_a_broken_seed_is_cut_down_to_what_breaks_it() -> None:
    mutant = MUTANTS["forgets-what-it-played"]

    def run(script: Script) -> Violation | None:
        commune = Commune(script)
        mutant.breaks(commune)
        try:
            commune.run()
        except Violation as violation:
            return violation
        return None

    script = write(1, days=1.5, units=3, only=frozenset({What.CRASH, What.WIPE, What.CARD}), busy=4.0)
    found = run(script)
    assert found is not None
    shrunk = shrink(script, found, tries=80, run=run)
    assert len(shrunk.script.incidents) < len(script.incidents) / 2
    assert shrunk.violation.promise == found.promise
    assert "Script(1, 1.5, 3, (" in how_to_repeat(shrunk.script)
    again = run(replace(script, incidents=()).with_only(shrunk.script.incidents))
    assert again is not None
    assert str(again) == str(shrunk.violation)
