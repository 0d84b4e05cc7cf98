"""The form of the first step, wherever it comes from: the browser, the draft, or a bulletin that is edited."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal, Self

from werkzeug.datastructures import FileStorage

from audio.formats import HEAD_BYTES, recognise
from controller.domain.rendition import Language, RenditionKind
from controller.services.composing import NewBulletin
from controller.services.views import BulletinView
from schedules.vocabulary import Status

Source = Literal["text", "upload"]
MOST_DECIDED = 500
"""Readings that one form carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands in the fields, exactly as typed. `bulletin` is the one that is edited, empty for a new one."""

    bulletin: str = ""
    title: str = ""
    text: str = ""
    source: str = "text"
    language: str = Language.VI
    repeat: str = "1"
    status: str = Status.ACTUAL
    upload: str = ""
    upload_name: str = ""
    paper: str = ""
    """What a recording is read from."""
    corrections: str = ""
    """Readings that were decided while writing, as JSON: what is written (or a place), and what is said."""
    as_pasted: str = ""
    """Filled when the writer wants the letters as they were pasted, not taken for an older encoding."""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """The form from posted fields or a draft; what is missing has its default."""
        names = cls.__dataclass_fields__
        return cls(**{name: value for name, value in fields.items() if name in names})

    @classmethod
    def of_bulletin(cls, view: BulletinView) -> Self:
        """The form that made a bulletin, without its recording (`with_upload`)."""
        rendition = view.rendition
        recorded = rendition.kind is RenditionKind.RECORDING
        return cls(
            bulletin=view.id,
            title=view.title,
            text="" if recorded else rendition.text,
            paper=rendition.text if recorded else "",
            source="upload" if recorded else "text",
            language=rendition.language,
            repeat=str(rendition.repeat),
            status=rendition.announced_as,
        )

    def fields(self) -> dict[str, str]:
        """The form as a draft keeps it."""
        return asdict(self)

    def with_upload(self, token: str, name: str) -> Self:
        """The same form with a received file."""
        return replace(self, upload=token, upload_name=name)

    @property
    def decided(self) -> dict[str, str]:
        """The readings that were decided while writing; what is none is left out."""
        try:
            found = json.loads(self.corrections or "{}")
        except (ValueError, RecursionError):
            return {}
        pairs = found.items() if isinstance(found, dict) else ()
        return {key: said for key, said in list(pairs)[:MOST_DECIDED] if isinstance(said, str)}

    def with_decided(self, decided: Mapping[str, str]) -> Self:
        """The same form with these readings."""
        return replace(self, corrections=json.dumps(dict(decided), ensure_ascii=False) if decided else "")

    @property
    def has_words(self) -> bool:
        """Whether a person has written or recorded anything yet."""
        return any(map(str.strip, (self.text, self.title, self.paper, self.upload)))

    def new_bulletin(self, press: str | None, recording_title: str) -> NewBulletin:
        """What the desk is asked to make. A choice that is none of the offered ones becomes the default.

        A recording without a title is called `recording_title`: it has no first line to be called by.
        """
        recorded = self.source == "upload"
        return NewBulletin(
            title=self.title or (recording_title if recorded else ""),
            text=self.paper if recorded else self.text,
            upload=self.upload if recorded else None,
            language=Language(self.language) if self.language in set(Language) else Language.VI,
            repeat=int(self.repeat) if self.repeat.isdecimal() and len(self.repeat) < 3 else 0,
            status=Status(self.status) if self.status in set(Status) else Status.ACTUAL,
            press=press,
            corrections={} if recorded else self.decided,
        )


def chosen_file(file: FileStorage | None) -> FileStorage | None:
    """The file that was chosen, or None: a browser sends an empty part when none was."""
    return file if file is not None and file.filename else None


def is_sound(file: FileStorage) -> bool:
    """Whether the first bytes are those of a sound file that we read, or there are none: that is another fault."""
    head = file.stream.read(HEAD_BYTES)
    file.stream.seek(0)
    return not head or recognise(head) is not None
