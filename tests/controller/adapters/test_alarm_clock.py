"""The alarm clock wakes on time, never twice at once, and never loses a wish."""

import threading

import pytest

from controller.adapters.alarm_clock import AlarmClock, Chore


@pytest.fixture
def clocks():
    made: list[AlarmClock] = []

    def make(*chores: Chore, fatal=lambda name, error: None) -> AlarmClock:
        made.append(AlarmClock(list(chores), fatal))
        return made[-1]

    yield make
    for clock in made:
        clock.stop()


def test_every_chore_runs_at_the_start(clocks):
    ran = [threading.Event(), threading.Event()]
    clocks(*(Chore(f"chore-{n}", 3600, event.set) for n, event in enumerate(ran))).start()
    assert all(event.wait(10) for event in ran)


def test_a_kick_wakes_at_once(clocks):
    ran = threading.Semaphore(0)
    clock = clocks(Chore("roll", 3600, ran.release))
    clock.start()
    assert ran.acquire(timeout=10)
    clock.kick("roll")
    assert ran.acquire(timeout=10)


def test_a_chore_never_runs_twice_at_once_and_a_kick_meanwhile_runs_it_once_more(clocks):
    began, go = threading.Semaphore(0), threading.Semaphore(0)
    running = [0, 0]

    def act() -> None:
        running[0] += 1
        running[1] = max(running)
        began.release()
        assert go.acquire(timeout=10)
        running[0] -= 1

    clock = clocks(Chore("roll", 3600, act))
    clock.start()
    assert began.acquire(timeout=10)
    for _ in range(5):
        clock.kick("roll")
    go.release()
    assert began.acquire(timeout=10)
    go.release()
    assert running[1] == 1


def test_a_chore_that_fails_for_an_unknown_reason_is_fatal(clocks):
    told: list[tuple[str, BaseException]] = []
    heard = threading.Event()

    def fatal(name: str, error: BaseException) -> None:
        told.append((name, error))
        heard.set()

    def act() -> None:
        raise RuntimeError("disk full")

    clocks(Chore("roll", 3600, act), fatal=fatal).start()
    assert heard.wait(10)
    assert told[0][0] == "roll"


def test_a_kick_after_the_stop_is_harmless(clocks):
    clock = clocks(Chore("roll", 3600, lambda: None))
    clock.start()
    clock.stop()
    clock.kick("roll")
    clock.stop()
