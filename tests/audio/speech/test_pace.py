from audio.speech.pace import Pace


def test_one_request_a_second() -> None:
    pace = Pace()
    assert [pace.take_turn(10.0), pace.take_turn(10.25), pace.take_turn(20.0)] == [0.0, 0.75, 0.0]


def test_fifteen_minutes_of_rest_after_too_many_requests() -> None:
    pace = Pace()
    assert pace.rest(0.0) == 0
    pace.refused(100.0)
    assert (pace.rest(100.0), pace.rest(999.0), pace.rest(1_000.0)) == (900.0, 1.0, 0.0)


def test_a_minute_of_rest_after_no_answer_never_shortens_a_longer_one() -> None:
    pace = Pace()
    pace.unreachable(0.0)
    assert pace.rest(0.0) == 60
    pace.refused(10.0)
    pace.unreachable(20.0)
    assert pace.rest(20.0) == 890
