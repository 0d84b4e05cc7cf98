"""What bulletins sound like: in each language, and so at each unit, by what its villages understand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.languages import DEFAULT, listed, spoken
from controller.domain.phrases import ANNOUNCED, Phrase
from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.records.bulletins import ClipRow, RenditionRow
from controller.records.phrases import PhraseRow
from controller.records.plans import BroadcastRow
from controller.records.recovery import CarriedRow
from controller.services.desk import Desk
from controller.services.reach import Places
from protocol.messages import Item
from protocol.names import ClipHash
from schedules.vocabulary import Status

BETWEEN_LANGUAGES_MS = 1_500
"""Silence before the next language begins, so that it is heard to be another one."""
BETWEEN_PHRASES_MS = 400
MOST_ITEMS = 50
"""As many as a broadcast may have on the wire."""
_LETTERS_A_SECOND = 12
"""Of written Vietnamese at the pace of a notice: about 190 syllables a minute."""
_TONES_S = 6
_UNKNOWN_MS = 180_000


Announced = Mapping[tuple[str, str], str]
"""By phrase and language: the clip that says of what follows that it is a test, or an exercise."""


@dataclass(frozen=True, slots=True)
class Part:
    """One clip of a rendition."""

    clip: ClipHash
    size: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One item of a broadcast, and the language that is heard in it."""

    language: Language
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A bulletin in one language. `parts` are empty until it is ready; `expected_ms` is its length as far as known.

    `unsaid`: it is a recording that is meant as a test or an exercise, and no phrase that says so is there.
    """

    language: Language
    status: RenditionStatus
    error: str | None
    parts: tuple[Part, ...]
    expected_ms: int
    unsaid: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """A bulletin in all its languages, in the order of the catalogue; what was left out is not among them.

    `rounds`: how often it is said, all languages each time. `carried_ms`: the length of one that is carried on from the
    units, and whose sound lies there alone.
    """

    sounds: tuple[Sound, ...]
    rounds: int = 1
    carried_ms: int | None = None
    _made: dict[tuple[Language, ...], tuple[Segment, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def status(self) -> RenditionStatus:
        """How far the whole is: ready when every language is, failed when any has failed."""
        if self.carried_ms is not None:
            return RenditionStatus.READY
        if any(sound.status is RenditionStatus.FAILED for sound in self.sounds):
            return RenditionStatus.FAILED
        return RenditionStatus.READY if self.ready else RenditionStatus.PENDING

    @property
    def ready(self) -> bool:
        """Whether every language has its sound here."""
        return bool(self.sounds) and all(sound.status is RenditionStatus.READY for sound in self.sounds)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Its languages, in the order of the catalogue."""
        return tuple(sound.language for sound in self.sounds)

    def segments(self, languages: tuple[Language, ...]) -> tuple[Segment, ...]:
        """Return what is heard in these languages, in this order; those that are not ready say nothing."""
        if languages not in self._made:
            self._made[languages] = tuple(self._segments(languages))
        return self._made[languages]

    def _segments(self, languages: tuple[Language, ...]) -> Iterator[Segment]:
        of = {sound.language: sound.parts for sound in self.sounds}
        wanted = [(language, of[language]) for language in languages if of.get(language)] * self.rounds
        for place, (language, parts) in enumerate(wanted):
            for number, part in enumerate(parts):
                ends = number == len(parts) - 1
                gap = BETWEEN_PHRASES_MS if not ends else BETWEEN_LANGUAGES_MS if place < len(wanted) - 1 else 0
                item = Item(clip=part.clip, size=part.size, duration_ms=part.duration_ms, gap_ms=gap)
                yield Segment(language, item)

    def length_ms(self, languages: tuple[Language, ...]) -> int:
        """Return how long it is in these languages, in milliseconds, gaps included."""
        if self.carried_ms is not None:
            return self.carried_ms
        return sum(one.item.duration_ms + one.item.gap_ms for one in self.segments(languages))

    def expected_ms(self, languages: tuple[Language, ...]) -> int:
        """Return how long it is, or will be as far as the texts tell."""
        if self.carried_ms is not None:
            return self.carried_ms
        lengths = [sound.expected_ms for sound in self.sounds if sound.language in languages] * self.rounds
        return max(1, sum(lengths) + BETWEEN_LANGUAGES_MS * max(0, len(lengths) - 1)) if lengths else _UNKNOWN_MS


_There = tuple[Mapping[str, Part], Announced]
"""The clips that lie here, and which of them announce."""


class Listening:
    """What broadcasts are at each unit: the languages of bulletins, against what villages understand.

    Made for one look at the database, and remembers what it has worked out: a horizon holds thousands of broadcasts of
    few bulletins to few kinds of audience.
    """

    def __init__(self, here: Places, sounds: Mapping[str, Sounds]) -> None:
        """Of these places and these bulletins."""
        self._here, self._sounds = here, sounds
        self._served: dict[str, tuple[tuple[str, tuple[Language, ...]], ...]] = {}
        self._audiences: dict[tuple[str, tuple[str, ...]], tuple[tuple[Language, ...], ...]] = {}
        self._spoken: dict[tuple[tuple[tuple[Language, ...], ...], tuple[Language, ...]], tuple[Language, ...]] = {}

    def sounds(self, bulletin: str) -> Sounds | None:
        """Return how a bulletin sounds; None: it has no rendition."""
        return self._sounds.get(bulletin)

    def languages(self, bulletin: str, villages: Sequence[str], unit: str) -> tuple[Language, ...]:
        """Return what a unit says of a bulletin that is for these villages."""
        sounds = self._sounds.get(bulletin)
        if sounds is None:
            return ()
        key = (self._audience(tuple(villages), unit), sounds.languages)
        if key not in self._spoken:
            self._spoken[key] = spoken(*key)
        return self._spoken[key]

    def segments(self, bulletin: str, villages: Sequence[str], unit: str) -> tuple[Segment, ...]:
        """Return the items of a broadcast at a unit; none: its bulletin has no sound here."""
        sounds = self._sounds.get(bulletin)
        return sounds.segments(self.languages(bulletin, villages, unit)) if sounds else ()

    def length_ms(self, bulletin: str, villages: Sequence[str], unit: str) -> int | None:
        """Return how long it is at a unit; None while it is not ready."""
        sounds = self._sounds.get(bulletin)
        if sounds is None or sounds.status is not RenditionStatus.READY:
            return None
        return sounds.length_ms(self.languages(bulletin, villages, unit))

    def longest_ms(self, bulletin: str, villages: Sequence[str]) -> int | None:
        """Return how long it is at the unit where it is longest; None while it is not ready."""
        lengths = [self.length_ms(bulletin, villages, unit) for unit in self._units(villages)]
        return max((length for length in lengths if length is not None), default=None)

    def expected_ms(self, bulletin: str, villages: Sequence[str]) -> int:
        """Return how long it is where it is longest, or will be as far as can be told."""
        sounds = self._sounds.get(bulletin)
        if sounds is None:
            return _UNKNOWN_MS
        return max(sounds.expected_ms(self.languages(bulletin, villages, unit)) for unit in self._units(villages))

    def _units(self, villages: Sequence[str]) -> tuple[str, ...]:
        """The units that reach these villages; where there is none, nobody's, so that a length can still be told."""
        found = dict.fromkeys(unit for village in villages for unit in self._here.coverage.get(village, ()))
        return tuple(found) or ("",)

    def _audience(self, villages: tuple[str, ...], unit: str) -> tuple[tuple[Language, ...], ...]:
        """What the chosen villages of a unit understand, in the commune's order; if it serves none of them, all its."""
        key = (unit, villages)
        if key not in self._audiences:
            if unit not in self._served:
                self._served[unit] = tuple(self._here.listeners(unit))
            chosen = set(villages)
            served = self._served[unit]
            found = tuple(languages for village, languages in served if village in chosen)
            self._audiences[key] = found or tuple(languages for _, languages in served)
        return self._audiences[key]


def items_of(heard: Listening, row: BroadcastRow, unit: str) -> list[tuple[str, int, int]]:
    """Return the items of a broadcast at a unit as its target keeps them: language, duration_ms and gap_ms of each."""
    segments = heard.segments(row.bulletin, row.villages, unit)
    return [(str(one.language), one.item.duration_ms, one.item.gap_ms) for one in segments]


def listening(session: Session, desk: Desk, bulletins: Collection[str], here: Places) -> Listening:
    """Return what broadcasts of these bulletins are at each unit."""
    return Listening(here, sounds_of(session, desk, bulletins))


def sounds_of(session: Session, desk: Desk, bulletins: Collection[str]) -> dict[str, Sounds]:
    """Return how each of these bulletins sounds."""
    rows = session.scalars(
        select(RenditionRow).where(
            RenditionRow.commune == desk.commune,
            RenditionRow.bulletin.in_(bulletins),
            RenditionRow.left_out.is_(False),
        )
    ).all()
    announced = _announced(session, desk, rows)
    clips = _clips(session, desk, {*announced.values(), *(clip for row in rows for clip in _clips_of(row))})
    carried = _carried(session, desk, bulletins)
    found: dict[str, list[RenditionRow]] = {}
    for row in rows:
        found.setdefault(row.bulletin, []).append(row)
    return {bulletin: _sounds(of, (clips, announced), carried.get(bulletin)) for bulletin, of in found.items()}


def _sounds(rows: Sequence[RenditionRow], there: _There, carried_ms: int | None) -> Sounds:
    by_language = {Language(row.language): row for row in rows}
    rounds = [row.repeat for row in rows if row.kind == RenditionKind.ASSEMBLED]
    return Sounds(
        sounds=tuple(_sound(by_language[language], *there) for language in listed(by_language)),
        rounds=max(rounds, default=1),
        carried_ms=carried_ms,
    )


def _sound(row: RenditionRow, clips: Mapping[str, Part], announced: Announced) -> Sound:
    ready = row.status == RenditionStatus.READY
    parts = tuple(clips[clip] for clip in _clips_of(row) if clip in clips) if ready else ()
    phrase = _announcement(row)
    first = announced.get((phrase, row.language)) or announced.get((phrase, DEFAULT)) if phrase else None
    said = first is not None and first in clips
    if parts and first is not None and said:
        parts = (clips[first], *parts)
    return Sound(
        language=Language(row.language),
        status=RenditionStatus(row.status),
        error=row.error,
        parts=parts,
        expected_ms=sum(part.duration_ms for part in parts) or _expected_ms(row),
        unsaid=Status(row.broadcast_status) if phrase is not None and not said else None,
    )


def _announcement(row: RenditionRow) -> Phrase | None:
    """The phrase that tells of a recording that it is a test or an exercise; what an engine speaks says it itself."""
    return ANNOUNCED.get(Status(row.broadcast_status)) if row.kind == RenditionKind.RECORDING else None


def _announced(session: Session, desk: Desk, rows: Sequence[RenditionRow]) -> Announced:
    """The clips of these phrases, asked for only where there is a recording that needs one."""
    wanted = {phrase for row in rows if (phrase := _announcement(row)) is not None}
    if not wanted:
        return {}
    found = session.execute(
        select(PhraseRow.id, PhraseRow.language, PhraseRow.clip).where(
            PhraseRow.commune == desk.commune, PhraseRow.id.in_(wanted), PhraseRow.clip.is_not(None)
        )
    )
    return {(phrase, language): clip for phrase, language, clip in found if clip is not None}


def _expected_ms(row: RenditionRow) -> int:
    if not row.spoken:
        return _UNKNOWN_MS
    return round(1000 * (_TONES_S + row.repeat * (2 + len(row.spoken) / _LETTERS_A_SECOND)))


def _clips_of(row: RenditionRow) -> list[str]:
    return [clip for _, clip in row.parts] if row.parts else [row.clip] if row.clip else []


def _clips(session: Session, desk: Desk, hashes: Collection[str]) -> dict[str, Part]:
    rows = session.execute(
        select(ClipRow.hash, ClipRow.size, ClipRow.duration_ms).where(
            ClipRow.commune == desk.commune, ClipRow.hash.in_(hashes)
        )
    )
    return {clip: Part(ClipHash(clip), size, duration_ms) for clip, size, duration_ms in rows}


def _carried(session: Session, desk: Desk, bulletins: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(CarriedRow.bulletin, CarriedRow.duration_ms).where(
            CarriedRow.commune == desk.commune, CarriedRow.bulletin.in_(bulletins)
        )
    )
    return {bulletin: duration_ms for bulletin, duration_ms in rows.all()}  # noqa: C416 - rows are not pairs to a type checker
