"""A speech engine that hums: as strict as the real ones, with a record of what it spoke and buttons for failure."""

from array import array
from collections.abc import Sequence

from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed

_MS_PER_CHARACTER = 60


class FakeEngine(SpeechEngine):
    def __init__(self, name: str = "fake", rate: int = 22_050) -> None:
        self._name = name
        self._rate = rate
        self._failures: list[SpeechFailed | None] = []
        self._silent = False
        self.spoken: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def voice(self) -> str:
        return f"{self._name}-voice"

    @property
    def languages(self) -> frozenset[str]:
        return frozenset({"vi"})

    def press(self, outcomes: Sequence[Reason | None], *, retryable: bool = True) -> None:
        """Button: fail (or, with None, succeed) at the next calls in this order."""
        self._failures = [
            SpeechFailed(reason, "button", retryable=retryable) if reason else None for reason in outcomes
        ]

    def fall_silent(self) -> None:
        """Button: give sound in which nothing is heard."""
        self._silent = True

    def _speak(self, text: str, _language: str) -> Passage:
        failure = self._failures.pop(0) if self._failures else None
        if failure:
            raise failure
        self.spoken.append(text)
        count = self._rate * len(text) * _MS_PER_CHARACTER // 1000
        half = self._rate // 1000
        loud = 0 if self._silent else 8_000
        wave = array("h", [loud] * half + [-loud] * half).tobytes()
        return Passage(self._rate, (wave * (count // half + 1))[: 2 * count])
