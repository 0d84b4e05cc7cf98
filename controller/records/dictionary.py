"""The commune's reading dictionary: how what it writes short is to be said, in every bulletin from now on."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune

LONGEST_WRITTEN = 60
LONGEST_SPOKEN = 200
"""Characters."""


class DictionaryRow(InCommune, Base):
    """One entry. `written` as it stands in notices ("LMLM"), `spoken` fully spelled; the newest author counts."""

    __tablename__ = "dictionary"
    written: Mapped[str] = mapped_column(String(LONGEST_WRITTEN), primary_key=True)
    spoken: Mapped[str] = mapped_column(String(LONGEST_SPOKEN))
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
