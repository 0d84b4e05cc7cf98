"""The outline of a sound, to be drawn: in memory that does not grow, however long the sound is."""

import warnings

with warnings.catch_warnings():
    # audioop left the standard library with Python 3.13 (there: the package audioop-lts); 3.11 and 3.12 announce it.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

COLUMNS = 400
"""Values of an outline: one a pixel or two of a telephone's width."""

_STEP = 240
"""Samples in the finest stretch: 5 ms at 48 kHz."""
_FULL = 32_768


class Folding:
    """The highest value of equally long stretches. When there are too many, each two neighbours become one."""

    def __init__(self, capacity: int) -> None:
        """`capacity` is even: so many stretches are held at most, and at least half as many of a long row."""
        self.held: list[int] = []
        self.each = 1
        """How many of the added values each held one stands for (the last one perhaps for fewer)."""
        self._capacity = capacity
        self._inside = 0

    def add(self, value: int) -> None:
        """Take the next value of the row."""
        if self._inside:
            self.held[-1] = max(self.held[-1], value)
        else:
            self._make_room()
            self.held.append(value)
        self._inside = (self._inside + 1) % self.each

    def _make_room(self) -> None:
        if len(self.held) == self._capacity:
            self.held = [max(pair) for pair in zip(self.held[::2], self.held[1::2], strict=True)]
            self.each *= 2


class Waveform:
    """Takes signed 16-bit native mono samples in blocks of any length, and gives their outline."""

    def __init__(self) -> None:
        self._stretches = Folding(8 * COLUMNS)
        self._rest = b""
        self.samples = 0
        """How many were taken."""

    def take(self, samples: bytes) -> None:
        """Take the next samples."""
        self.samples += len(samples) // 2
        data = self._rest + samples
        size = 2 * _STEP
        whole = len(data) - len(data) % size
        for start in range(0, whole, size):
            self._stretches.add(audioop.max(data[start : start + size], 2))
        self._rest = data[whole:]

    def peaks(self) -> tuple[float, ...]:
        """COLUMNS values of 0 to 1 (full scale), in thousandths: the highest sample of each equal part of the sound."""
        rest = self._rest[: len(self._rest) & ~1]
        held = [*self._stretches.held, *([audioop.max(rest, 2)] if rest else [])] or [0]
        return tuple(
            round(max(held[begin : max(begin + 1, end)]) / _FULL, 3)
            for begin, end in (
                (column * len(held) // COLUMNS, (column + 1) * len(held) // COLUMNS) for column in range(COLUMNS)
            )
        )
