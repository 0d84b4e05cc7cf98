"""What an officer sets for one unit beside its volume: when it may sound, and how it spends its mobile data."""

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class UnitSettingsRow(InCommune, Base):
    """Settings of a unit; without a row nothing is narrowed and nothing is saved.

    Hours are spans of minutes of the local day, as in `protocol.messages.Hours`: `hours` when it may sound (None: as
    the commune), `download_hours` when it fetches what is not needed soon (empty: always).
    """

    __tablename__ = "unit_settings"
    __table_args__ = (ForeignKeyConstraint(["commune", "unit"], ["unit.commune", "unit.id"], ondelete="CASCADE"),)
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    hours: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    download_hours: Mapped[list[Any]] = mapped_column(JSON, default=list)
    month_bytes: Mapped[int | None] = mapped_column(BigInteger, default=None)
