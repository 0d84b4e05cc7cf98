"""What is to be said: bulletins, their renditions in each language, and the clips that they became."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class BulletinRow(InCommune, Base):
    """One item: a notice, a story, a law digest. `press` makes a repeated press of the same button harmless."""

    __tablename__ = "bulletin"
    __table_args__ = (Index("ix_bulletin_press", "commune", "press", unique=True),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    press: Mapped[str | None] = mapped_column(String(64), default=None)


class RenditionRow(InCommune, Base):
    """A bulletin in one language: the text to be spoken, or a recording, and how far it has become a clip.

    Of a recording `text` is the paper that it is read from, if there is any. `parts` are the phrases that an assembled
    one says, in order, each as [phrase, clip]; it has no clip of its own. `left_out`: it failed, and an officer chose
    to go on without it. `corrections` are the readings that a person decided (`controller.services.pronunciation`), and
    `spoken` is what the clip says, a line for each line of the text. `status` is a word of
    `controller.domain.rendition.RenditionStatus`. `engine` and `voice` say what spoke it, and `failures` which engines
    were tried first and why they failed.
    """

    __tablename__ = "rendition"
    __table_args__ = (
        ForeignKeyConstraint(["commune", "bulletin"], ["bulletin.commune", "bulletin.id"], ondelete="CASCADE"),
        Index("ix_rendition_status", "commune", "status"),
    )
    bulletin: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    spoken: Mapped[str] = mapped_column(Text, default="")
    corrections: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    repeat: Mapped[int] = mapped_column(default=1)
    broadcast_status: Mapped[str] = mapped_column(String(16), default="actual")
    upload_path: Mapped[str | None] = mapped_column(String(400), default=None)
    status: Mapped[str] = mapped_column(String(16))
    progress: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str | None] = mapped_column(String(80), default=None)
    engine: Mapped[str | None] = mapped_column(String(40), default=None)
    voice: Mapped[str | None] = mapped_column(String(80), default=None)
    failures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    clip: Mapped[str | None] = mapped_column(String(64), default=None)
    parts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    left_out: Mapped[bool] = mapped_column(default=False)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    updated_at: Mapped[datetime]


class ClipRow(InCommune, Base):
    """A mastered clip in the content-addressed store, with what was measured of it.

    `peaks` is its outline, 400 values of 0 to 1; empty of one that was made before outlines were. `problems` are words
    of `audio.studio.findings.Problem` about the recording that it was made of; `cut_*_ms` is the silence that was cut
    off its ends.
    """

    __tablename__ = "clip"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    duration_ms: Mapped[int]
    loudness_lufs: Mapped[float]
    true_peak_dbtp: Mapped[float]
    peaks: Mapped[list[float]] = mapped_column(JSON, default=list)
    problems: Mapped[list[str]] = mapped_column(JSON, default=list)
    cut_lead_ms: Mapped[int] = mapped_column(default=0)
    cut_tail_ms: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
