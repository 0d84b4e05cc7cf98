"""What a person decides about the reading of one bulletin: other words for what is written, answers to questions.

Only a bulletin that is not planned yet can be decided about: what is planned was heard as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audio.reading import Question, Reading
from controller.domain.rendition import Language
from controller.records.bulletins import RenditionRow
from controller.services import dictionary, pronunciation
from controller.services.bulletin_views import is_planned
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.views import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How an ambiguous abbreviation is to be read at one place; `always`: from now on in every bulletin."""

    place: str
    """`pronunciation.mark_of` of the place."""
    spoken: str
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A bulletin's text as it will be said. `spoken` is what its clip says, which an older dictionary may have read."""

    reading: Reading
    spoken: str
    corrections: dict[str, str]

    @property
    def is_outdated(self) -> bool:
        """Whether the clip says something else than would be said today."""
        return pronunciation.spoken_of(self.reading) != self.spoken


def wording(desk: Desk, bulletin: str) -> Wording | None:
    """Return how a bulletin's text is said, or None when it has none (a recording)."""
    with desk.reading() as session:
        row = _row(session, desk, bulletin)
        if row is None:
            return None
        found = pronunciation.reading(session, desk, row.text, row.corrections)
        return Wording(reading=found, spoken=row.spoken, corrections=dict(row.corrections))


def correct(desk: Desk, user: User, bulletin: str, *, written: str, spoken: str, place: str = "") -> None:  # noqa: ARG001
    """Have something written said otherwise in this bulletin; `place` (a mark) names the one place. `Invalid`."""
    entry = pronunciation.checked(written, spoken, everywhere=False)
    if isinstance(entry, Fault):
        raise Invalid(entry)
    with desk.writing() as session:
        row = _open_row(session, desk, bulletin)
        found = pronunciation.reading(session, desk, row.text, row.corrections)
        key = pronunciation.places(found, entry[0]).get(place, entry[0])
        row.corrections = {**row.corrections, key: entry[1]}
        if not _is_said(session, desk, row, entry):
            raise Invalid(Fault("written", FaultCode.ENTRY_NOT_IN_TEXT, {"written": entry[0]}))
        changed = pronunciation.respeak(session, desk, row, desk.clock())
    dictionary.tell(desk, [bulletin] if changed else [])


def withdraw(desk: Desk, user: User, bulletin: str, *, written: str, place: str = "") -> None:  # noqa: ARG001
    """Take a decision back: the word is read by the dictionary again, or asked about. `Invalid`."""
    with desk.writing() as session:
        row = _open_row(session, desk, bulletin)
        found = pronunciation.reading(session, desk, row.text, row.corrections)
        gone = {written, pronunciation.places(found, written).get(place, written)}
        row.corrections = {key: said for key, said in row.corrections.items() if key not in gone}
        changed = pronunciation.respeak(session, desk, row, desk.clock())
    dictionary.tell(desk, [bulletin] if changed else [])


def answer(desk: Desk, user: User, bulletin: str, answers: Iterable[Answer]) -> int:
    """Take answers and return how many questions are left; one about a place that is gone is passed over. `Invalid`."""
    given = {one.place: one for one in answers}
    with desk.writing() as session:
        row = _open_row(session, desk, bulletin)
        asked = pronunciation.reading(session, desk, row.text, row.corrections)
        taken = [(one, given[mark]) for mark, one in questions_of(asked).items() if mark in given]
        words = _words([one for _, one in taken])
        row.corrections = {**row.corrections, **{_place(asked, question): words[one.place] for question, one in taken}}
        always = {question.source: words[one.place] for question, one in taken if one.always}
        dictionary.keep(session, desk, user, always)
        changed = {bulletin} if pronunciation.respeak(session, desk, row, desk.clock()) else set()
        changed |= set(dictionary.reread(session, desk, always)) if always else set()
        left = len(questions_of(pronunciation.reading(session, desk, row.text, row.corrections)))
    dictionary.tell(desk, changed)
    desk.changes.announce(f"bulletin:{bulletin}")
    return left


def questions_of(found: Reading) -> dict[str, Question]:
    """Return the open questions, each under the mark of its place; the same words around are the same place."""
    return {pronunciation.mark_of(_place(found, question)): question for question in found.questions}


def _place(found: Reading, question: Question) -> str:
    return pronunciation.place_of(found.source, question.source_start, question.source_end)


def _words(answers: list[Answer]) -> dict[str, str]:
    """What each answer says, in its one form; `Invalid` beside each that cannot be spoken."""
    found = {one.place: pronunciation.checked("a", one.spoken, everywhere=False) for one in answers}
    wrong = {place: entry for place, entry in found.items() if isinstance(entry, Fault)}
    refuse([Fault(f"answer-{place}", fault.code, fault.values) for place, fault in wrong.items()])
    return {place: entry[1] for place, entry in found.items() if not isinstance(entry, Fault)}


def _is_said(session: Session, desk: Desk, row: RenditionRow, entry: tuple[str, str]) -> bool:
    """Whether the reader finds the corrected word in the text at all."""
    written, spoken = entry
    found = pronunciation.reading(session, desk, row.text, row.corrections)
    return any(
        span.spoken == spoken and pronunciation.bare(span.source).casefold() == written.casefold()
        for span in found.spans
    )


def _row(session: Session, desk: Desk, bulletin: str) -> RenditionRow | None:
    row = session.get(RenditionRow, (desk.commune, bulletin, Language.VI))
    return row if row is not None and pronunciation.is_text(row) else None


def _open_row(session: Session, desk: Desk, bulletin: str) -> RenditionRow:
    row = _row(session, desk, bulletin)
    if row is None:
        raise Invalid(Fault("", FaultCode.BULLETIN_UNKNOWN))
    if is_planned(session, desk.commune, bulletin):
        raise Invalid(Fault("", FaultCode.BULLETIN_PLANNED))
    return row
