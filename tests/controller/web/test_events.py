from datetime import timedelta

from controller.web.events.pages import LONGEST, LOOK_S, QUIET_LOOKS, told
from tests.controller.web.visitor import Visitor


class ScriptedWatch:
    """A watch that says what the test wrote, and remembers whether it was closed."""

    def __init__(self, *topics: frozenset[str] | None) -> None:
        self.topics = list(topics)
        self.waited: list[float] = []
        self.closed = False

    def wait(self, timeout_s: float) -> frozenset[str] | None:
        self.waited.append(timeout_s)
        return self.topics.pop(0)

    def close(self) -> None:
        self.closed = True


def test_the_stream_names_what_changed_and_ends_with_the_controller(commune):
    quiet = [frozenset()] * QUIET_LOOKS
    watch = ScriptedWatch(frozenset({"units", "broadcast:b-1"}), *quiet, frozenset({"home"}), *quiet[1:], None)
    assert list(told(commune.desk, watch, bool)) == [
        "retry: 3000\n\n",
        "event: broadcast-b-1\ndata: 1\n\nevent: units\ndata: 1\n\n",
        ": still here\n\n",
        "event: home\ndata: 1\n\n",
    ]
    assert watch.closed
    assert set(watch.waited) == {LOOK_S}
    assert LOOK_S * QUIET_LOOKS <= 15


def test_a_browser_that_went_away_frees_its_place_at_the_next_look(commune):
    watch, gone = ScriptedWatch(frozenset(), frozenset()), iter([False, False, True])
    assert list(told(commune.desk, watch, lambda: next(gone))) == ["retry: 3000\n\n"]
    assert watch.closed


def test_a_browser_that_goes_away_is_let_go(commune):
    watch = ScriptedWatch(frozenset({"units"}))
    stream = told(commune.desk, watch, bool)
    next(stream)
    stream.close()
    assert watch.closed


def test_a_stream_ends_after_a_while_so_that_the_session_is_asked_for_again(commune):
    watch = ScriptedWatch(*[frozenset({"home"})] * 3)
    stream = told(commune.desk, watch, bool)
    next(stream)
    next(stream)
    commune.clock.now += LONGEST + timedelta(seconds=1)
    assert list(stream) == []
    assert watch.closed


def test_the_stream_tells_what_the_desk_announces_and_closes_with_the_board(officer: Visitor, commune):
    answer = officer.client.get("/events")
    assert answer.mimetype == "text/event-stream"
    stream = answer.iter_encoded()
    assert next(stream) == b"retry: 3000\n\n"
    commune.board.announce("units")
    assert next(stream) == b"event: units\ndata: 1\n\n"
    commune.board.close()
    assert list(stream) == []


def test_too_many_watchers_are_sent_to_poll(officer: Visitor, commune):
    held = [commune.board.watch() for _ in range(40)]
    answer = officer.client.get("/events")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    held[0].close()
    assert officer.client.get("/events").status_code == 200


def test_nobody_watches_without_a_session(visitor: Visitor):
    assert visitor.client.get("/events").status_code == 401
