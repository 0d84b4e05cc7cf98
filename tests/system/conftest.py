"""A small commune of real processes for the system tests: the demonstration's stage with two units."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loalang.demo.commune import Places, Ports
from loalang.demo.sample import UNITS, SampleUnit
from loalang.demo.stage import Stage
from loalang.desk_client import DeskClient

TWO = UNITS[:2]


@dataclass
class Commune:
    stage: Stage
    desk: DeskClient
    ports: Ports

    @property
    def places(self) -> Places:
        return self.stage.places

    def wavs(self, unit: SampleUnit) -> list[Path]:
        return sorted(self.places.sound(unit).glob("*.wav"))

    def targets(self, broadcast: str) -> list[dict]:
        return self.desk.broadcast(broadcast)["targets"]

    def stages(self, broadcast: str) -> set[str | None]:
        return {target["stage"] for target in self.targets(broadcast)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commune]:
    ports = Ports(free_port(), free_port())
    stage = Stage(Places(tmp_path_factory.mktemp("commune")), ports, lambda _line: None, TWO)
    try:
        yield Commune(stage, stage.open(), ports)
    finally:
        stage.close()
