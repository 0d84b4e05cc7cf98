"""What the player asks of an amplifier and of a sound card. The real ones and the simulated keep the same contracts.

The contract suites are `tests/contracts/relay.py` and `tests/contracts/sound_output.py`.
"""

from collections.abc import Iterable
from typing import Protocol


class RelayFailed(Exception):
    """The relay could not be switched."""


class SoundBroke(Exception):
    """The sound card refused, vanished or stalled. `frames` were heard before that."""

    def __init__(self, message: str, frames: int = 0) -> None:
        super().__init__(message)
        self.frames = frames


class Relay(Protocol):
    """Supplies the amplifier. It exists so that silence is a state of the hardware and not only an absence of samples.

    It is off when it is made and off after `close`; `on` and `off` may be repeated. Every method may raise RelayFailed.
    """

    def on(self) -> None:
        """Supply the amplifier."""

    def off(self) -> None:
        """Cut the amplifier off."""

    def close(self) -> None:
        """Switch off and let go of the line."""


class Halt(Protocol):
    """A request for silence, set by another thread (`threading.Event` is one)."""

    def is_set(self) -> bool:
        """Whether silence is wanted."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; return whether silence is wanted."""


class Listener(Protocol):
    """Hears from an output, in the thread that plays, what was truly heard."""

    def started(self, at: float) -> None:
        """The first sample left at this monotonic second."""

    def reached(self, frames: int) -> None:
        """So many frames have been heard. Called at least once for every second of sound; never falls."""


class Output(Protocol):
    """Turns a stream of samples into sound from a planned instant on.

    It takes a stream, not a file, so that a live source can stand where clips stand today. Blocks are 48 kHz mono
    signed 16-bit little-endian, of 1 to 48,000 frames; anything else raises ValueError. One sound at a time: to play
    while it plays raises RuntimeError.
    """

    def play(self, blocks: Iterable[bytes], start: float, halt: Halt, listener: Listener, label: str) -> int:
        """Play the blocks, the first sample at the monotonic second `start` (at once when that is past).

        Returns how many frames were heard, once the last was, or within 100 ms after `halt` is set. `label` names the
        sound where it is recorded. What the blocks or the listener raise comes out, after silence.

        Raises:
            SoundBroke: the card failed; it is silent and may be tried again.
        """

    def check(self) -> bool:
        """Look whether the card is there, without a sound. Only while nothing plays."""

    def close(self) -> None:
        """Let go of the card."""
