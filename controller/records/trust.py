"""Whom the units believe: every delegation that the commune's root key has signed, newest last."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class DelegationRow(InCommune, Base):
    """One delegation, as signed, under the public root key that signed it.

    The one with the highest serial is in force. The earlier ones stay: what a unit still holds of an earlier key can
    be verified by them. Private keys never stand in the database.
    """

    __tablename__ = "delegation"
    serial: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    signed: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)
