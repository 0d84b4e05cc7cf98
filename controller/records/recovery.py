"""Units that know more than this database: what they hold, what a person chose, and what is carried on of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class SetBackRow(InCommune, Base):
    """A unit that was found to be ahead of this desk. Until `resolved_at` no programme is signed for it.

    `cause` is a word of `controller.domain.setback.SetBack`, `choice` one of `Choice`. `held` is the programme that the
    unit sent back, byte for byte, once our own signature on it was verified.
    """

    __tablename__ = "set_back"
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    cause: Mapped[str] = mapped_column(String(16))
    noticed_at: Mapped[datetime]
    our_version: Mapped[int | None] = mapped_column(BigInteger, default=None)
    unit_version: Mapped[int | None] = mapped_column(BigInteger, default=None)
    unit_epoch: Mapped[int | None] = mapped_column(BigInteger, default=None)
    unit_serial: Mapped[int | None] = mapped_column(BigInteger, default=None)
    held: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    held_version: Mapped[int | None] = mapped_column(BigInteger, default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    choice: Mapped[str | None] = mapped_column(String(16), default=None)
    chosen_by: Mapped[str | None] = mapped_column(String(64), default=None)


class CarriedRow(InCommune, Base):
    """A broadcast that only units knew, carried on as it was signed (`body`), until it is over.

    Its text is lost; its bulletin is a title, and its sound lies on the units. `others` is what further units hold
    under the same name where it differs (they say it in other languages), by unit. `duration_ms` is the longest one's.
    """

    __tablename__ = "carried"
    __table_args__ = (
        ForeignKeyConstraint(["commune", "broadcast"], ["broadcast.commune", "broadcast.id"], ondelete="CASCADE"),
    )
    broadcast: Mapped[str] = mapped_column(String(64), primary_key=True)
    bulletin: Mapped[str] = mapped_column(String(64), index=True)
    duration_ms: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    others: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    adopted_at: Mapped[datetime]
