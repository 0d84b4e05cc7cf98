"""Paragraphs and tables as they come, gathered into lines within a bound."""

from audio.documents.document import Bounds, Code, RefusedDocument
from audio.documents.tidying import row


class Lines:
    """The text so far, in reading order; tables may stand in cells of tables."""

    def __init__(self, bounds: Bounds) -> None:
        self._most = bounds.characters
        self._count = 0
        self._done: list[str] = []
        self._rows: list[list[list[str]]] = []

    @property
    def text(self) -> str:
        """Everything, a paragraph on each line."""
        return "\n".join(self._done)

    def paragraph(self, text: str) -> None:
        """A whole paragraph; it may hold line breaks."""
        self._count += len(text)
        if self._count > self._most:
            raise RefusedDocument(Code.TOO_LARGE, f"more than {self._most} characters")
        self._place().extend(text.split("\n"))

    def row_begins(self) -> None:
        """A row of a table."""
        self._rows.append([])

    def cell_begins(self) -> None:
        """A cell of it."""
        if self._rows:
            self._rows[-1].append([])

    def row_ends(self) -> None:
        """Every cell of it is known."""
        if self._rows:
            self._place_of(row(self._rows.pop()))

    def _place_of(self, lines: list[str]) -> None:
        self._place().extend(lines)

    def _place(self) -> list[str]:
        """Where lines go: into the innermost open cell, else into the text."""
        if not self._rows:
            return self._done
        cells = self._rows[-1]
        if not cells:
            cells.append([])
        return cells[-1]
