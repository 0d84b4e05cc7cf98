"""The recovery on the command line: it tells before it asks, and refuses what cannot be kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.adapters.offline import Unattached
from controller.assembly import open_keys, open_office, staff
from controller.config import ControllerConfig
from controller.services import programmes, recovery, states
from protocol.envelope import seal
from protocol.keys import SigningKey, encode_bytes
from protocol.messages import Programme, UnitState
from protocol.names import ClockTrust, UnitId
from tests.fakes.desk import COMMUNE


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A desk with one unit that holds version 9, of which the database knows nothing."""
    data, key = tmp_path / "desk", SigningKey.generate()
    where = ["--data", str(data)]
    assert main(["init", *where, "--commune", COMMUNE, "--name", "Xã", "--user", "hoa", "--generate-password"]) == 0
    assert main(["village", *where, "--village", "na-pai", "--name", "Nà Pài"]) == 0
    public = encode_bytes(key.public)
    assert main(["enrol", *where, "--unit", "cum-a", "--name", "A", "--village", "na-pai", f"--key={public}"]) == 0
    office = open_office(data, ControllerConfig())
    crew = staff(office, lambda _commune: Unattached())
    open_keys(crew)
    now = datetime.now(UTC)
    state = UnitState(
        commune=COMMUNE, unit=UnitId("cum-a"), journal="j", boot="b", counter=1, at=now, clock=ClockTrust.TRUSTED,
        software="t", simulated=True, programme=9, volume=80, relay=False, sound_ok=True, delegation=1, epoch=1,
    )  # fmt: skip
    states.accept_state(crew.desk, UnitId("cum-a"), seal(state, key))
    capsys.readouterr()
    yield crew.desk
    office.engine.dispose()


def command(desk, *words: str) -> int:
    return main(["recover", "--data", str(desk.uploads.parent), *words])


def test_it_shows_and_then_carries_out_what_was_chosen(desk, capsys):
    assert command(desk) == 0
    assert "cum-a: lịch số 9, máy chủ biết đến số 0. Cụm loa chưa gửi về" in capsys.readouterr().out
    assert command(desk, "--unit", "cum-a", "--keep") == 2
    assert "chưa gửi về lịch đang giữ" in capsys.readouterr().err
    assert command(desk, "--replace") == 0
    assert "Xong." in capsys.readouterr().out
    assert command(desk) == 0
    assert "Không có cụm loa nào phải khôi phục." in capsys.readouterr().out
    assert programmes.roll(desk, desk.clock()) == ("cum-a",)


def test_what_a_unit_sent_can_be_kept(desk, capsys):
    now = desk.clock()
    held = Programme(
        commune=COMMUNE, unit=UnitId("cum-a"), epoch=1, version=9, issued_at=now, until=now, volume=80, broadcasts=()
    )
    recovery.accept_held(desk, UnitId("cum-a"), seal(held, desk.schedule_key))
    assert command(desk) == 0
    assert "Cụm loa có thêm 0 bản tin" in capsys.readouterr().out
    assert command(desk, "--keep") == 0
    assert recovery.setbacks(desk) == ()
