"""The bank of emergency phrases: spoken or recorded once, kept by the units before they are needed."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class PhraseRow(InCommune, Base):
    """One standard phrase in one language, and the clip that it became.

    `id` is a standard phrase, or `thon.<village>` for the name of a village. `text` is what was spoken: when the words
    change, the phrase is spoken anew, and `clip` stays the old one until then. `upload_path` is a received recording
    that is not a clip yet; what `recorded_by` somebody is never spoken over by an engine. `failed_at` and `error` tell
    of the last attempt that made no clip.
    """

    __tablename__ = "phrase"
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    clip: Mapped[str | None] = mapped_column(String(64), default=None)
    engine: Mapped[str | None] = mapped_column(String(40), default=None)
    upload_path: Mapped[str | None] = mapped_column(String(400), default=None)
    recorded_by: Mapped[str | None] = mapped_column(String(64), default=None)
    rendered_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(String(80), default=None)
