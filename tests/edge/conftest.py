"""A village for the process tests: a broker, a clip server, a desk, and one real unit process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.keys import SigningKey
from tests.edge.desk import Desk, Mosquitto, UnitProcess, free_port
from tests.fakes.clip_server import ClipServer


@dataclass
class Village:
    desk: Desk
    unit: UnitProcess
    clips: ClipServer
    broker: Mosquitto

    @contextmanager
    def another_desk(self) -> Iterator[Desk]:
        desk = Desk(self.broker.port, self.desk.schedule, self.desk.emergency, self.desk.unit_public)
        try:
            yield desk
        finally:
            desk.close()


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    schedule, emergency = SigningKey.generate(), SigningKey.generate()
    broker = Mosquitto(tmp_path / "broker", free_port())
    clips = ClipServer()
    unit = UnitProcess(tmp_path / "unit", clips=clips.address, port=broker.port)
    desk = Desk(broker.port, schedule, emergency, unit.public())
    try:
        yield Village(desk, unit, clips, broker)
    finally:
        unit.kill()
        desk.close()
        clips.close()
        broker.close()
