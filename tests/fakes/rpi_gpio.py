"""A strict stand-in for the module RPi.GPIO: it raises where the real one does, and records every level.

Buttons for failure: `refuse_output` makes the next outputs fail as a lost chip does.
"""

import warnings


class RpiGpio:
    BCM, BOARD = 11, 10
    IN, OUT = 1, 0
    LOW, HIGH = 0, 1

    def __init__(self) -> None:
        self.mode: int | None = None
        self.directions: dict[int, int] = {}
        self.levels: list[tuple[int, int]] = []
        self.refuse_output = False
        self._warnings = True

    def setwarnings(self, on: bool) -> None:
        self._warnings = bool(on)

    def setmode(self, mode: int) -> None:
        if mode not in {self.BCM, self.BOARD}:
            raise ValueError("An invalid mode was passed to setmode()")
        if self.mode not in {None, mode}:
            raise ValueError("A different mode has already been set!")
        self.mode = mode

    def setup(self, pin: int, direction: int, pull_up_down: int = 20, initial: int = -1) -> None:
        self._require_pin(pin)
        if direction not in {self.IN, self.OUT}:
            raise ValueError("An invalid direction was passed to setup()")
        if pin in self.directions and self._warnings:
            warnings.warn("This channel is already in use, continuing anyway.", RuntimeWarning, stacklevel=2)
        self.directions[pin] = direction
        if direction == self.OUT and initial in {self.LOW, self.HIGH}:
            self.levels.append((pin, initial))

    def output(self, pin: int, level: int) -> None:
        self._require_pin(pin)
        if self.directions.get(pin) != self.OUT:
            raise RuntimeError("The GPIO channel has not been set up as an OUTPUT")
        if self.refuse_output:
            raise RuntimeError("'GPIO busy'")
        self.levels.append((pin, 1 if level else 0))

    def cleanup(self, pin: int) -> None:
        self._require_pin(pin)
        self.directions.pop(pin, None)

    def level(self, pin: int) -> int | None:
        """The level of a pin; None when nobody drives it."""
        if pin not in self.directions:
            return None
        return next(level for number, level in reversed(self.levels) if number == pin)

    def _require_pin(self, pin: int) -> None:
        if self.mode is None:
            raise RuntimeError("Please set pin numbering mode using GPIO.setmode(GPIO.BOARD) or GPIO.setmode(GPIO.BCM)")
        if not isinstance(pin, int) or not 0 <= pin <= 27:
            raise ValueError("The channel sent is invalid on a Raspberry Pi")
