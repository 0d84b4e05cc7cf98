"""A unit's memory on a disk of 1 MB: full, read-only, and well again. Root and tmpfs are needed.

Clips, sound and the relay's log, which exist for the test's evidence, lie elsewhere.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.core.turns import FRESH
from protocol.messages import Order
from protocol.names import DiskHealth
from schedules.vocabulary import BroadcastClass
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import MadeClip, tone
from tests.faults.village import Village, in_s, until_wall, village


def mounted(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module", autouse=True)
def tmpfs_works(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("probe")
    if not mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)):
        pytest.skip("no tmpfs can be mounted here: root is needed")
    subprocess.run(["umount", folder], check=True)


@contextmanager
def small_disk(here: Village) -> Iterator[Path]:
    """Put the unit's data onto a disk of 1 MB."""
    data, aside = here.unit.data, here.unit.folder / "aside"
    keep = (data / "unit.key").read_bytes()
    (aside / "sound").mkdir(parents=True)
    (aside / "clips").mkdir()
    assert mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(data))
    try:
        (data / "unit.key").write_bytes(keep)
        (data / "unit.key").chmod(0o600)
        for name in ("sound", "clips", "relay.log"):
            (data / name).symlink_to(aside / name)
        yield data
    finally:
        here.unit.kill()
        subprocess.run(["umount", "--lazy", data], check=True)


def fill(data: Path) -> Path:
    """Take every byte that is left."""
    filler = data / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(512))
    return filler


def emergency(here: Village, clip: MadeClip) -> Order:
    """Fresh beyond doubt: issued so long after the process began that no earlier one can have heard it."""
    until_wall(here.desk.await_state(lambda _state: True).at + 2 * FRESH)
    flood = sitting("flood", in_s(0), clip, class_=BroadcastClass.EMERGENCY)
    return play_now("o-flood", flood, {clip.hash: clip.data})


def exhaust(here: Village) -> None:
    """Give orders until one cannot be written down: what was allocated before is used up first."""
    for number in range(200):
        broadcast = sitting(f"filling-{number}", in_s(3600), tone())
        here.desk.order(play_now(f"o-filling-{number}", broadcast))
        if any("memory-" in line for line in here.unit.lines):
            return


@pytest.mark.beside(seconds=30)
def test_with_a_full_disk_only_a_fresh_emergency_sounds_and_afterwards_all_is_told(folder: Path) -> None:
    with village(folder) as here, small_disk(here) as data:
        here.begin(tone())
        here.desk.await_state(lambda state: state.disk is DiskHealth.OK)
        filler = fill(data)
        exhaust(here)
        here.desk.await_state(lambda state: state.disk is DiskHealth.FULL)
        here.desk.order(play_now("o-news", sitting("news", in_s(0), tone())))
        here.desk.order(emergency(here, tone(800, 1500)))
        here.unit.await_line("receipt-finished", "broadcast=flood")
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["flood"]
        filler.unlink()
        here.desk.await_settled("flood", "news")
        here.judge()
        here.desk.until(lambda: here.desk.states[-1].disk is DiskHealth.OK, "report that the disk is well")
        assert len(here.unit.evidence().of("flood")) == 1


@pytest.mark.xfail(strict=True, reason="nothing that survives the process says that the emergency has begun")
@pytest.mark.beside(seconds=30)
def test_killed_with_a_full_disk_it_does_not_play_the_emergency_again(folder: Path) -> None:
    """What could not be written down is not begun after a restart: at most once, even then."""
    with village(folder) as here, small_disk(here) as data:
        here.begin(tone())
        filler = fill(data)
        exhaust(here)
        here.desk.await_state(lambda state: state.disk is DiskHealth.FULL)
        order = emergency(here, tone(3000, 1500))
        here.desk.order(order)
        here.unit.await_line("receipt-started", "broadcast=flood")
        here.unit.kill()
        here.unit.relay_off()
        here.unit.start()
        here.unit.await_line("broker-reached", times=2)
        here.desk.order(order)
        here.unit.await_line("order", "o-flood")
        filler.unlink()
        here.desk.order(play_now("o-after", sitting("after", in_s(0), tone())))
        here.desk.await_settled("after")
        assert len(here.unit.evidence().of("flood")) == 1


@pytest.mark.beside(seconds=40)
def test_switched_on_with_a_read_only_disk_likewise(folder: Path) -> None:
    """As ext4 does when it finds errors: the unit must begin with a disk that takes nothing."""
    with village(folder) as here, small_disk(here) as data:
        here.begin(tone())
        here.desk.order(play_now("o-first", sitting("first", in_s(0), tone())))
        here.desk.await_settled("first")
        here.unit.stop()
        assert mounted("-o", "remount,ro", str(data))
        here.desk.states.clear()
        here.unit.start()
        here.desk.await_state(lambda state: state.disk is not DiskHealth.OK)
        here.desk.order(play_now("o-news", sitting("news", in_s(0), tone())))
        here.desk.order(emergency(here, tone(800, 1500)))
        here.unit.await_line("receipt-finished", "broadcast=flood")
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["first", "flood"]
        assert mounted("-o", "remount,rw", str(data))
        here.desk.await_settled("flood", "news")
        here.judge()
