"""The form of the first step, wherever it comes from: the browser, the draft, or a bulletin that is edited."""

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

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """The form from posted fields or a draft; what is missing has its default."""
        names = cls.__dataclass_fields__
        return cls(**{name: value for name, value in fields.items() if name in names})

    @classmethod
    def of_bulletin(cls, view: BulletinView) -> Self:
        """The form that made a bulletin; a recording must be chosen again."""
        rendition = view.rendition
        return cls(
            bulletin=view.id,
            title=view.title,
            text=rendition.text,
            source="upload" if rendition.kind is RenditionKind.RECORDING else "text",
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
    def has_words(self) -> bool:
        """Whether a person has written anything yet."""
        return bool(self.text.strip() or self.title.strip())

    def new_bulletin(self, press: str | None, recording_title: str) -> NewBulletin:
        """What the desk is asked to make. A choice that is none of the offered ones becomes the default.

        A recording without a title is called `recording_title`: it has no first line to be called by.
        """
        recorded = self.source == "upload"
        return NewBulletin(
            title=self.title or (recording_title if recorded else ""),
            text="" if recorded else self.text,
            upload=self.upload if recorded else None,
            language=Language(self.language) if self.language in set(Language) else Language.VI,
            repeat=int(self.repeat) if self.repeat.isdecimal() and len(self.repeat) < 3 else 0,
            status=Status(self.status) if self.status in set(Status) else Status.ACTUAL,
            press=press,
        )


def chosen_file(file: FileStorage | None) -> FileStorage | None:
    """The file that was chosen, or None: a browser sends an empty part when none was."""
    return file if file is not None and file.filename else None


def is_sound(file: FileStorage) -> bool:
    """Whether the first bytes are those of a sound file that we read, or there are none: that is another fault."""
    head = file.stream.read(HEAD_BYTES)
    file.stream.seek(0)
    return not head or recognise(head) is not None
