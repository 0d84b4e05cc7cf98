"""Which languages a bulletin has, which its villages lack, and the form that adds one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from controller.domain.rendition import Language
from controller.services.views import BulletinView, RenditionView, VillageView


@dataclass(frozen=True, slots=True)
class LanguageForm:
    """What stands in the form for one more language, exactly as typed."""

    language: str = ""
    text: str = ""
    upload: str = ""
    """The name of a recording that the desk received already, and what it is called on the page."""
    upload_name: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """The form from posted fields; what is missing is empty."""
        return cls(
            fields.get("language", ""),
            fields.get("language_text", ""),
            fields.get("language_upload", ""),
            fields.get("language_upload_name", ""),
        )


EMPTY = LanguageForm()


@dataclass(frozen=True, slots=True)
class LanguagesPage:
    """What the listening page shows of the languages of a bulletin."""

    lacking: tuple[Language, ...]
    """Languages that villages of the commune understand, and that the bulletin has not."""
    offered: tuple[Language, ...]
    """Every language that can be added or replaced, those that are lacking first."""
    form: LanguageForm


def languages_page(view: BulletinView, villages: Iterable[VillageView], form: LanguageForm) -> LanguagesPage:
    """Return what is shown; the form begins with the language that is lacking first."""
    there = {rendition.language for rendition in view.renditions}
    understood = {language for village in villages for language in village.languages}
    lacking = tuple(language for language in Language if language in understood - there)
    offered = (*lacking, *(language for language in Language if language not in lacking))
    return LanguagesPage(lacking, offered, form)


def rendition_in(view: BulletinView, language: str) -> RenditionView:
    """Return the rendition in a language; the one that stands for the whole, where there is none."""
    return next((one for one in view.renditions if one.language == language), view.rendition)
