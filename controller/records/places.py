"""Where the commune is: its villages, its units (cụm loa), and which unit serves which village."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class CommuneRow(InCommune, Base):
    """The commune itself; the id stands in topics, the name on screen."""

    __tablename__ = "commune"
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64), default="Asia/Ho_Chi_Minh")


class VillageRow(InCommune, Base):
    """A village (thôn, bản, tổ dân phố). `languages` is in the order that its people prefer."""

    __tablename__ = "village"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    households: Mapped[int] = mapped_column(default=0)
    languages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)


class UnitRow(InCommune, Base):
    """A unit that was enrolled: its public key is what makes its receipts believable.

    From `revoked_at` on nothing that is signed by that key is believed, until the unit is enrolled anew.
    """

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_public_key", "commune", "public_key", unique=True),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    volume: Mapped[int] = mapped_column(default=80)
    broker_hash: Mapped[str] = mapped_column(String(200), default="")
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class CoverageRow(InCommune, Base):
    """A unit serves a village. A village may hear several units, a unit may serve several villages."""

    __tablename__ = "coverage"
    __table_args__ = (
        ForeignKeyConstraint(["commune", "unit"], ["unit.commune", "unit.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["commune", "village"], ["village.commune", "village.id"], ondelete="CASCADE"),
    )
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    village: Mapped[str] = mapped_column(String(64), primary_key=True)


class UnitStateRow(InCommune, Base):
    """The newest believed state of a unit, as it reported it, and when it arrived here.

    `boots` are its latest earlier boots: a state of one of them is a replay, whatever time it claims.
    """

    __tablename__ = "unit_state"
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    boot: Mapped[str] = mapped_column(String(64))
    counter: Mapped[int] = mapped_column(BigInteger)
    boots: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reported_at: Mapped[datetime]
    received_at: Mapped[datetime]
    online: Mapped[bool] = mapped_column(default=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
