"""The amplifier's relay on a pin of the Raspberry Pi, through the API of RPi.GPIO (rpi-lgpio offers the same).

The module is passed in: only `edge.__main__` imports it, because it exists on a Pi only. The level is given at setup,
so that the relay never clicks while the process starts.
"""

from typing import Any

from edge.core.ports import RelayFailed


class GpioRelay:
    """One output line. `active_high` is False for boards that close on a low level."""

    def __init__(self, gpio: Any, pin: int, *, active_high: bool = True) -> None:  # noqa: ANN401 - an untyped module
        """Take the line, off. `pin` counts as Broadcom does (BCM)."""
        self._gpio, self._pin = gpio, pin
        self._on_level, self._off_level = (gpio.HIGH, gpio.LOW) if active_high else (gpio.LOW, gpio.HIGH)
        self._open = True
        try:
            gpio.setwarnings(False)  # noqa: FBT003 - its API
            gpio.setmode(gpio.BCM)
            gpio.setup(pin, gpio.OUT, initial=self._off_level)
        except (RuntimeError, ValueError, OSError) as error:
            raise RelayFailed(f"pin {pin}: {error}") from error

    def on(self) -> None:
        """Supply the amplifier."""
        self._output(self._on_level)

    def off(self) -> None:
        """Cut the amplifier off."""
        if self._open:
            self._output(self._off_level)

    def close(self) -> None:
        """Switch off and let go of the line; may be repeated."""
        if not self._open:
            return
        self._output(self._off_level)
        self._open = False
        self._gpio.cleanup(self._pin)

    def _output(self, level: Any) -> None:  # noqa: ANN401 - the module's own level constants
        if not self._open:
            raise RelayFailed(f"pin {self._pin} was let go of")
        try:
            self._gpio.output(self._pin, level)
        except (RuntimeError, ValueError, OSError) as error:
            raise RelayFailed(f"pin {self._pin}: {error}") from error
