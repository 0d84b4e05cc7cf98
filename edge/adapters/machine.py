"""What only the machine knows of itself, for the state report: free disk, temperature, supply voltage."""

import shutil
from pathlib import Path

from msgspec.structs import replace

from protocol.messages import UnitState

_UNDERVOLTAGE = "rpi_volt"


class Machine:
    """Adds the machine's facts to a report; what cannot be read stays unknown."""

    def __init__(self, data: Path, sys_root: Path = Path("/sys")) -> None:
        self._data, self._sys = data, sys_root

    def describe(self, state: UnitState) -> UnitState:
        """Return the report with what the machine knows."""
        return replace(
            state,
            disk_free_bytes=self._disk_free(),
            temperature_c=self._temperature(),
            undervoltage=self._undervoltage(),
        )

    def _disk_free(self) -> int | None:
        """Unknown when the disk does not even answer that: the report must go out all the more."""
        try:
            return shutil.disk_usage(self._data).free
        except OSError:
            return None

    def _temperature(self) -> float | None:
        millidegrees = _number(self._sys / "class/thermal/thermal_zone0/temp")
        return None if millidegrees is None else millidegrees / 1000

    def _undervoltage(self) -> bool | None:
        """The Pi's firmware reports a supply that sank too low by the hwmon device rpi_volt."""
        for name in self._sys.glob("class/hwmon/hwmon*/name"):
            if _text(name) == _UNDERVOLTAGE:
                alarm = _number(name.parent / "in0_lcrit_alarm")
                return None if alarm is None else alarm != 0
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    try:
        return int(_text(path))
    except ValueError:
        return None
