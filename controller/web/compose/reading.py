"""How a text will be read aloud, prepared for the page: spoken form in pieces, and what a person should look at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from audio.reading import Question, Reading, Span, lacks_marks
from controller.services import corrections, pronunciation
from words import knows, say

_AROUND = 60
"""Characters of the notice on each side of a question."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the spoken form. `written` is what stood there when the voice says something else, or nothing.

    `start` names the place in the text, for the link that opens it. `asked`: a person must choose how it is read.
    """

    spoken: str
    written: str | None = None
    start: int = 0
    unsure: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One piece that was opened: what is written, what will be said, and why; and what can be done about it."""

    start: int
    written: str
    spoken: str
    why: str
    mark: str
    times: int
    """How often the same is written in the text."""
    decided_here: bool
    """Whether a person decided for this place alone."""
    decided: bool
    """Whether a person decided in this bulletin at all, so that it can be taken back."""
    is_word: bool
    """Whether the dictionary can hold it: it begins with a letter."""
    choices: tuple[str, ...]
    """Of an ambiguous abbreviation that nobody has settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it is put: the words around it, and the likely reading first."""

    mark: str
    source: str
    before: str
    after: str
    choices: tuple[str, ...]
    likely: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPage:
    """What the preview shows."""

    pieces: tuple[Piece, ...]
    changed: tuple[Piece, ...]
    """Each changed piece once, for the list beneath."""
    silent: tuple[Piece, ...]
    """What has letters or digits and is not said."""
    questions: tuple[Asked, ...]
    lacks_marks: bool
    """Whether the text was typed without its marks, as it seems."""


def reading_page(reading: Reading) -> ReadingPage:
    """Lay a reading out in pieces, line breaks kept; neighbours that are said as written are one piece."""
    asked = {question.source_start for question in reading.questions}
    pieces: list[Piece] = []
    plain = ""
    for span in reading.spans:
        if _is_shown(span):
            pieces += [Piece(plain), _piece(span, asked)]
            plain = ""
        else:
            plain += _plain(span)
    pieces.append(Piece(plain))
    shown = tuple(piece for piece in pieces if piece.spoken or piece.written)
    changed = {(piece.written, piece.spoken): piece for piece in reversed(shown) if piece.written and piece.spoken}
    return ReadingPage(
        pieces=shown,
        changed=tuple(reversed(changed.values())),
        silent=tuple(piece for piece in shown if piece.written and not piece.spoken),
        questions=questions_page(reading),
        lacks_marks=lacks_marks(reading.source),
    )


def questions_page(reading: Reading) -> tuple[Asked, ...]:
    """The open questions of a reading, each place once, in the order of the text."""
    return tuple(
        Asked(
            mark=mark,
            source=question.source,
            before=_before(reading.source, question),
            after=_after(reading.source, question),
            choices=(question.chosen, *(choice for choice in question.choices if choice != question.chosen)),
            likely=question.chosen,
        )
        for mark, question in corrections.questions_of(reading).items()
    )


def place_at(reading: Reading, start: int, decided: Mapping[str, str]) -> Place | None:
    """What is known of the piece that begins here; None when none does (the text has changed meanwhile)."""
    span = next((span for span in reading.spans if span.source_start == start and _is_shown(span)), None)
    if span is None:
        return None
    written = pronunciation.bare(span.source)
    name = pronunciation.place_of(reading.source, span.source_start, span.source_end)
    times = Counter(pronunciation.bare(other.source) for other in reading.spans)[written]
    return Place(
        start=start,
        written=written,
        spoken=span.spoken,
        why=why(span.rule),
        mark=pronunciation.mark_of(name),
        times=times,
        decided_here=name in decided,
        decided=name in decided or written in decided,
        is_word=written[:1].isalpha(),
        choices=next((one.choices for one in reading.questions if one.source_start == start), ()),
    )


def why(rule: str) -> str:
    """The reason in an officer's words; a rule that the catalogue does not know yet is only said to be one."""
    key = f"reading-rule-{rule.replace(' ', '-')}"
    return say(key) if knows(key) else say("reading-rule-other")


def _is_shown(span: Span) -> bool:
    """Whether the voice says other words, or leaves some out; another pause sign, or small letters, are no news."""
    if span.rule in {pronunciation.CORRECTED, pronunciation.FROM_DICTIONARY}:
        return True
    is_heard = span.spoken.casefold() != span.source.strip().casefold()
    return span.is_changed and is_heard and any(map(str.isalnum, span.spoken or span.source))


def _piece(span: Span, asked: set[int]) -> Piece:
    return Piece(span.spoken, span.source.strip(), span.source_start, span.is_unsure, span.source_start in asked)


def _plain(span: Span) -> str:
    """What is said as it is written, or only paused for: white space is kept, so that lines stay lines."""
    if "\n" in span.source:
        return "\n"
    return span.source if span.source.isspace() else span.spoken


def _before(source: str, question: Question) -> str:
    start = max(0, question.source_start - _AROUND)
    text = source[start : question.source_start].rpartition("\n")[2]
    return "…" + text.partition(" ")[2] if start and len(text) == _AROUND else text


def _after(source: str, question: Question) -> str:
    end = question.source_start + len(question.source)
    text = source[end : end + _AROUND].partition("\n")[0]
    return text.rpartition(" ")[0] + "…" if len(text) == _AROUND else text
