from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from controller.web.compose.plan_form import PlanForm
from controller.web.compose.press import new_press, press_of
from controller.web.layout import moments
from controller.web.layout.wall_time import Unreadable, read_date, read_dates, read_time, read_times

LINES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)


@given(st.dates())
def test_a_date_as_it_is_shown_is_read_back(day: date):
    assert read_date(f"{day.day}/{day.month}/{day.year:04}") == day
    assert read_date(f"{day.day:02}-{day.month:02}-{day.year:04}") == day
    assert read_date(f"{day.year:04}-{day.month:02}-{day.day:02}") == day


@given(st.times())
def test_a_time_as_it_is_shown_is_read_back(wall: time):
    whole = wall.replace(second=0, microsecond=0)
    assert read_time(f"{whole:%H:%M}") == whole
    assert read_time(f"{whole.hour}h{whole.minute:02}") == whole
    assert read_time(f"{whole.hour} giờ {whole.minute} phút") == whole


@given(st.text(max_size=30))
def test_any_other_text_is_refused_as_unreadable_and_as_nothing_else(written: str):
    for read in (read_date, read_time, read_dates, read_times):
        with suppress(Unreadable):
            read(written)


@pytest.mark.parametrize("written", ["24:00", "5:60", "5h3x", "", "h", "5:30 sáng", "-5h", "٥:٣٠x"])
def test_what_is_no_time_is_refused(written: str):
    with pytest.raises(Unreadable):
        read_time(written)


@pytest.mark.parametrize("written", ["31/02/2026", "23/11", "11/23/2026", "2026-13-01", "", "hôm nay", "23/11/26"])
def test_what_is_no_date_is_refused(written: str):
    with pytest.raises(Unreadable):
        read_date(written)


def test_several_are_parted_by_commas_semicolons_lines_or_and():
    assert read_times("5h30, 17:00; 19h và 20h") == (time(5, 30), time(17), time(19), time(20))
    assert read_dates("30/4/2027\n2/9/2027,") == (date(2027, 4, 30), date(2027, 9, 2))


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("when", "date", "time", "every", "times", "from", "until", "except", "lunar"), LINES),
    ),
    st.lists(LINES.filter(bool), max_size=4, unique=True),
    st.booleans(),
)
def test_the_form_survives_the_address_from_step_to_step(fields, villages, not_tet: bool):
    sent = MultiDict(
        [*fields.items(), *(("village", village) for village in villages), *([("not-tet", "1")] if not_tet else [])]
    )
    form = PlanForm.read(sent)
    assert PlanForm.read(MultiDict(form.pairs())) == PlanForm.read(MultiDict(PlanForm.read(sent).pairs()))
    assert PlanForm.read(MultiDict(form.pairs())).villages == tuple(villages)


def test_a_press_is_one_of_ours_or_none():
    press = new_press()
    assert press_of({"press": press}) == press
    for forged in ("", "x", press.upper() + "!", press + "a", "../" + press):
        assert press_of({"press": forged}) is None


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(1, "1 giây"), (48_000, "48 giây"), (60_000, "1 phút"), (125_000, "2 phút 5 giây"), (59_001, "1 phút")],
)
def test_a_length_is_rounded_up(milliseconds: int, said: str):
    assert moments.length(milliseconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 giây trước"),
        (59, "59 giây trước"),
        (61, "1 phút trước"),
        (7200, "2 giờ trước"),
        (200_000, "2 ngày trước"),
    ],
)
def test_how_long_ago(seconds: int, said: str):
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert moments.ago(datetime.fromtimestamp(now.timestamp() - seconds, UTC), now) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 2, 6), "mùng 1 tháng Giêng âm lịch"),
        (date(2026, 11, 23), "rằm tháng Mười âm lịch"),
        (date(2025, 7, 25), "mùng 1 tháng Sáu nhuận âm lịch"),
        (date(2027, 2, 5), "ngày 29 tháng Chạp âm lịch"),
    ],
)
def test_a_lunar_day_is_said_as_people_say_it(day: date, said: str):
    assert moments.lunar_date(day) == said
