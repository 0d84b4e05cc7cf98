"""The notice board tells open pages what changed, and lets them go."""

import threading

import pytest

from controller.adapters.changes import NoticeBoard
from controller.services.ports import TooManyWatchers


@pytest.fixture
def board() -> NoticeBoard:
    return NoticeBoard(most_watchers=2)


def test_what_happened_between_two_looks_is_told_as_one(board):
    watch = board.watch()
    board.announce("home", "units")
    board.announce("home")
    assert watch.wait(0) == {"home", "units"}
    assert watch.wait(0) == frozenset()


def test_a_page_hears_only_what_it_asked_for(board):
    watch = board.watch("broadcast:1")
    board.announce("home")
    assert watch.wait(0) == frozenset()
    board.announce("home", "broadcast:1")
    assert watch.wait(0) == {"broadcast:1"}


def test_a_waiting_page_is_woken(board):
    watch, told = board.watch(), []
    page = threading.Thread(target=lambda: told.append(watch.wait(10)))
    page.start()
    board.announce("home")
    page.join(10)
    assert told == [{"home"}]


def test_the_watchers_are_bounded_and_a_closed_one_makes_room(board):
    first, _ = board.watch(), board.watch()
    with pytest.raises(TooManyWatchers):
        board.watch()
    first.close()
    first.close()
    board.watch()


def test_every_page_is_sent_away_when_the_controller_stops(board):
    watch, told = board.watch(), []
    page = threading.Thread(target=lambda: told.append(watch.wait(10)))
    page.start()
    board.close()
    page.join(10)
    assert told == [None]
    assert watch.wait(0) is None
