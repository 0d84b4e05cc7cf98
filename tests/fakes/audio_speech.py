"""A speech engine that hums: as strict as the real ones, with a record of what it spoke and buttons for failure."""

from array import array
from collections.abc import Iterator, Sequence

from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed

_MS_PER_CHARACTER = 60


class FakeEngine(SpeechEngine):
    def __init__(
        self,
        name: str = "fake",
        rate: int = 22_050,
        languages: Sequence[str] = ("vi",),
        *,
        offline: bool = True,
    ) -> None:
        self._name = name
        self._rate = rate
        self._languages = frozenset(languages)
        self._offline = offline
        self._failures: list[SpeechFailed | None] = []
        self._silent = False
        self.spoken: list[str] = []
        self.within_s: list[float | None] = []
        self.settings = ""

    @property
    def name(self) -> str:
        return self._name

    @property
    def voice(self) -> str:
        return f"{self._name}-voice"

    @property
    def languages(self) -> frozenset[str]:
        return self._languages

    @property
    def identity(self) -> str:
        return f"{self.voice} {self.settings}"

    @property
    def offline(self) -> bool:
        return self._offline

    def press(self, outcomes: Sequence[Reason | None], *, retryable: bool = True) -> None:
        """Button: fail (or, with None, succeed) at the next calls in this order."""
        self._failures = [
            SpeechFailed(reason, "button", retryable=retryable) if reason else None for reason in outcomes
        ]

    def fall_silent(self) -> None:
        """Button: give sound in which nothing is heard."""
        self._silent = True

    def _speak_each(self, texts: Sequence[str], _language: str, within_s: float | None) -> Iterator[Passage]:
        self.within_s.append(within_s)
        for text in texts:
            yield self._speak(text)

    def _speak(self, text: str) -> Passage:
        failure = self._failures.pop(0) if self._failures else None
        if failure:
            raise failure
        self.spoken.append(text)
        count = self._rate * len(text) * _MS_PER_CHARACTER // 1000
        half = self._rate // 1000
        loud = 0 if self._silent else 8_000
        wave = array("h", [loud] * half + [-loud] * half).tobytes()
        return Passage(self._rate, (wave * (count // half + 1))[: 2 * count])
