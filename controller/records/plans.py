"""When and where it is to be said, what each unit was told, and what each unit says it did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class ScheduleRow(InCommune, Base):
    """A repeating plan: a recurrence rule (`schedules.recurrence`, as JSON) for one bulletin and explicit targets."""

    __tablename__ = "schedule"
    __table_args__ = (
        ForeignKeyConstraint(["commune", "bulletin"], ["bulletin.commune", "bulletin.id"]),
        Index("ix_schedule_press", "commune", "press", unique=True),
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    bulletin: Mapped[str] = mapped_column(String(64))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    class_: Mapped[str] = mapped_column("class", String(16))
    status: Mapped[str] = mapped_column(String(16))
    villages: Mapped[list[Any]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    press: Mapped[str | None] = mapped_column(String(64), default=None)


class BroadcastRow(InCommune, Base):
    """One dated sitting. A schedule makes at most one for an instant, whatever rolls it forward and how often.

    `waiting` holds an immediate one whose voice is still being made: `start` is set anew when it is ready. `ordered_at`
    says since when an immediate or emergency one was sent as an order.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        ForeignKeyConstraint(["commune", "bulletin"], ["bulletin.commune", "bulletin.id"]),
        Index("ix_broadcast_occurrence", "commune", "schedule", "start", unique=True),
        Index("ix_broadcast_press", "commune", "press", unique=True),
        Index("ix_broadcast_start", "commune", "start"),
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    bulletin: Mapped[str] = mapped_column(String(64))
    schedule: Mapped[str | None] = mapped_column(String(64), default=None)
    start: Mapped[datetime]
    not_after: Mapped[datetime]
    class_: Mapped[str] = mapped_column("class", String(16))
    status: Mapped[str] = mapped_column(String(16))
    villages: Mapped[list[Any]] = mapped_column(JSON)
    immediate: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=False)
    ordered_at: Mapped[datetime | None] = mapped_column(default=None)
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    press: Mapped[str | None] = mapped_column(String(64), default=None)


class TargetRow(InCommune, Base):
    """One broadcast at one unit: what is known of it, on evidence. Unknown stays unknown (`stage` is None).

    `items` is what it consisted of when the unit began to play it, each as [language, duration_ms, gap_ms]: a list of
    languages that is changed afterwards does not change what was heard.
    """

    __tablename__ = "target"
    __table_args__ = (
        ForeignKeyConstraint(["commune", "broadcast"], ["broadcast.commune", "broadcast.id"], ondelete="CASCADE"),
    )
    broadcast: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    programme_version: Mapped[int | None] = mapped_column(default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    stored_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    stage: Mapped[str | None] = mapped_column(String(40), default=None)
    stage_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(String(80), default=None)
    played_ms: Mapped[int | None] = mapped_column(default=None)
    of_ms: Mapped[int | None] = mapped_column(default=None)
    error_us: Mapped[int | None] = mapped_column(BigInteger, default=None)
    items: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None)


class ProgrammeRow(InCommune, Base):
    """The newest programme of a unit: its digest (so that nothing new is signed when nothing changed) and its bytes.

    `held_version` is what the unit reports to hold of this epoch; `held_until` how far the programme reaches that it
    held last, as far as we know which one that was.
    """

    __tablename__ = "programme"
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, default=1)
    version: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    signed: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    until: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    held_version: Mapped[int | None] = mapped_column(BigInteger, default=None)
    held_until: Mapped[datetime | None] = mapped_column(default=None)


class OrderRow(InCommune, Base):
    """An order that was signed, kept until its window closes, to be sent again to who has not answered.

    One without `published_at` is held back: it was signed for the day when it is needed (the cancellation of an
    emergency, while the emergency key was open), and is sent to nobody until then.
    """

    __tablename__ = "order_sent"
    __table_args__ = (Index("ix_order_sent_not_after", "commune", "not_after"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    act: Mapped[str] = mapped_column(String(16))
    broadcast: Mapped[str | None] = mapped_column(String(64), default=None)
    author: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    targets: Mapped[list[Any]] = mapped_column(JSON)
    answered: Mapped[list[Any]] = mapped_column(JSON, default=list)
    signed: Mapped[bytes] = mapped_column(LargeBinary)
    not_after: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)


class ReceiptRow(InCommune, Base):
    """One receipt as signed by the unit; the key makes a repeated one harmless."""

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_broadcast", "commune", "broadcast"),)
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    journal: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    broadcast: Mapped[str | None] = mapped_column(String(64), default=None)
    stage: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class JournalRow(InCommune, Base):
    """How far each journal of each unit is stored without a gap, and so acknowledged.

    `asked` and `asked_at`: how often, and when last, the unit was asked for receipts that we had acknowledged once and
    have lost (a database restored from an older copy).
    """

    __tablename__ = "journal"
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    journal: Mapped[str] = mapped_column(String(64), primary_key=True)
    through: Mapped[int] = mapped_column(BigInteger, default=0)
    asked: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)


class ReceiptGapRow(InCommune, Base):
    """Receipts that are lost for good, `first` to `last`: what they said of broadcasts stays unknown."""

    __tablename__ = "receipt_gap"
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    journal: Mapped[str] = mapped_column(String(64), primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime]


class AlarmRow(InCommune, Base):
    """Something that the officer must see: a lost unit, a missed broadcast, failed speech. Cleared, never deleted."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_open", "commune", "cleared_at"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str | None] = mapped_column(String(64), default=None)
    broadcast: Mapped[str | None] = mapped_column(String(64), default=None)
    bulletin: Mapped[str | None] = mapped_column(String(64), default=None)
    detail: Mapped[str] = mapped_column(String(300), default="")
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None] = mapped_column(default=None)
