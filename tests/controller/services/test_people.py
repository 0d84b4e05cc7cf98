"""Accounts and signing in."""

import threading

import pytest

from controller.services import people
from controller.services.faults import FaultCode, Invalid
from tests.fakes.desk import Office

PASSWORD = "mật khẩu rất dài"


@pytest.fixture
def hoa(office: Office) -> people.User:
    return people.create_user(office.desk, name="Hoa", shown_name="Chị Hoa", password=PASSWORD)


def attempt(office: Office, password: str = "sai hoàn toàn", address: str = "10.0.0.1", name: str = "hoa"):
    return people.sign_in(office.desk, name=name, password=password, address=address)


def failing(office: Office, times: int, **more: str) -> None:
    for _ in range(times):
        with pytest.raises(people.WrongPassword):
            attempt(office, **more)


def test_the_right_password_signs_in_whatever_the_case_of_the_name(office, hoa):
    assert attempt(office, PASSWORD, name=" HOA ") == hoa


def test_a_wrong_password_and_an_unknown_name_are_told_alike(office, hoa):
    failing(office, 1)
    failing(office, 1, name="ai-do")


def test_the_password_is_kept_as_argon2id_only(office, hoa):
    with office.desk.reading() as session:
        row = session.get(people.UserRow, (office.desk.commune, hoa.id))
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in row.password_hash


def test_failures_make_the_next_attempt_wait_longer_and_at_most_30_s(office, hoa):
    waits = []
    for _ in range(12):
        try:
            attempt(office)
        except people.WrongPassword:
            continue
        except people.Throttled as error:
            waits.append(error.wait_s)
            office.clock.move(seconds=error.wait_s)
    assert waits[:5] == [1, 2, 4, 8, 16]


def test_while_throttled_even_the_right_password_waits_and_then_works(office, hoa):
    failing(office, 3)
    with pytest.raises(people.Throttled) as error:
        attempt(office, PASSWORD)
    office.clock.move(seconds=error.value.wait_s)
    assert attempt(office, PASSWORD) == hoa


def test_success_forgets_the_failures(office, hoa):
    failing(office, 2)
    attempt(office, PASSWORD)
    failing(office, 2)
    assert attempt(office, PASSWORD) == hoa


def test_an_address_that_tries_many_names_is_slowed_down_too(office, hoa):
    for number in range(10):
        failing(office, 1, name=f"nguoi-{number}")
    with pytest.raises(people.Throttled):
        attempt(office, PASSWORD)
    assert attempt(office, PASSWORD, address="10.0.0.2") == hoa


def test_failures_are_forgotten_after_a_quiet_quarter_of_an_hour(office, hoa):
    failing(office, 3)
    office.clock.move(minutes=16)
    failing(office, 3)


def test_attempts_made_at_the_same_time_do_not_slip_through_together(office, hoa):
    answers: list[str] = []

    def guess() -> None:
        try:
            attempt(office)
        except (people.WrongPassword, people.Throttled) as error:
            answers.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers.count("WrongPassword") == 3
    assert len(answers) == 8


def test_a_session_ends_when_the_password_changes(office, hoa):
    assert people.user_of(office.desk, user_id=hoa.id, epoch=hoa.epoch) == hoa
    changed = people.change_password(office.desk, hoa, old=PASSWORD, new="một mật khẩu khác")
    assert people.user_of(office.desk, user_id=hoa.id, epoch=hoa.epoch) is None
    assert people.user_of(office.desk, user_id=hoa.id, epoch=changed.epoch) == changed
    assert people.user_of(office.desk, user_id="nobody", epoch=0) is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("sai", "một mật khẩu khác", FaultCode.PASSWORD_WRONG),
        (PASSWORD, "ngắn", FaultCode.PASSWORD_SHORT),
        (PASSWORD, "x" * 201, FaultCode.PASSWORD_LONG),
    ],
)
def test_a_bad_change_of_password_changes_nothing(office, hoa, old, new, code):
    with pytest.raises(Invalid) as error:
        people.change_password(office.desk, hoa, old=old, new=new)
    assert [fault.code for fault in error.value.faults] == [code]
    assert attempt(office, PASSWORD) == hoa


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("hoa", PASSWORD, FaultCode.NAME_TAKEN),
        ("", PASSWORD, FaultCode.NAME_INVALID),
        ("có dấu", PASSWORD, FaultCode.NAME_INVALID),
        ("hoa2", "ngắn", FaultCode.PASSWORD_SHORT),
    ],
)
def test_a_bad_account_is_not_made(office, hoa, name, password, code):
    with pytest.raises(Invalid) as error:
        people.create_user(office.desk, name=name, shown_name="", password=password)
    assert [fault.code for fault in error.value.faults] == [code]
