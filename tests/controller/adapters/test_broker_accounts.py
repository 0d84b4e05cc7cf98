"""The broker's accounts follow the desk's list of units."""

import pytest

from controller.adapters.broker.accounts import CONTROLLER, password_fits, read_accounts
from controller.adapters.broker_accounts import AccountsFile

OWN = "a-password-made-by-a-machine"


@pytest.fixture
def accounts(tmp_path) -> AccountsFile:
    return AccountsFile(tmp_path / "accounts.json", "vi-huong", OWN)


def test_the_controller_and_every_unit_have_an_account(accounts):
    accounts.write({"cum-a": accounts.hash("the-password-of-unit-a")})
    found = read_accounts(accounts.path)
    assert set(found) == {CONTROLLER, "vi-huong.cum-a"}
    assert password_fits(OWN, found[CONTROLLER].password_hash)
    assert password_fits("the-password-of-unit-a", found["vi-huong.cum-a"].password_hash)


def test_a_unit_that_is_gone_loses_its_account_and_observers_keep_theirs(accounts):
    accounts.write({"cum-a": accounts.hash("the-password-of-unit-a")})
    accounts.observe("observer", "the-password-of-observers")
    accounts.write({"cum-b": accounts.hash("the-password-of-unit-b")})
    assert set(read_accounts(accounts.path)) == {CONTROLLER, "vi-huong.cum-b", "observer"}


def test_an_observer_may_be_given_a_new_password(accounts):
    accounts.write({})
    for password in ("the-password-of-observers", "another-password-of-them"):
        accounts.observe("observer", password)
    assert password_fits("another-password-of-them", read_accounts(accounts.path)["observer"].password_hash)


def test_a_short_password_is_refused(accounts):
    with pytest.raises(ValueError):
        accounts.hash("ngắn")
