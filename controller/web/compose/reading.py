"""How a text will be read aloud, prepared for the page: spoken form in pieces, and what a person should look at."""

from dataclasses import dataclass

from audio.reading import Question, Reading, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the spoken form. `written` is what stood there when the voice says something else."""

    spoken: str
    written: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """What the preview shows."""

    pieces: tuple[Piece, ...]
    questions: tuple[Question, ...]
    changed: tuple[Piece, ...]
    """Each changed piece once, for the list beneath."""


def reading_page(reading: Reading) -> ReadingPage:
    """Lay a reading out in pieces, line breaks kept; neighbours that are said as written are one piece."""
    pieces: list[Piece] = []
    plain = ""
    for span in reading.spans:
        if span.is_changed and any(map(str.isalnum, span.spoken)):
            pieces += [Piece(plain), Piece(span.spoken, span.source, span.is_unsure)]
            plain = ""
        else:
            plain += _plain(span)
    pieces.append(Piece(plain))
    shown = tuple(piece for piece in pieces if piece.spoken)
    changed = tuple(dict.fromkeys(piece for piece in shown if piece.written is not None))
    return ReadingPage(shown, reading.questions, changed)


def _plain(span: Span) -> str:
    """What is said as it is written, or only paused for: white space is kept, so that lines stay lines."""
    if "\n" in span.source:
        return "\n"
    return span.source if span.source.isspace() else span.spoken
