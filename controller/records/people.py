"""Who may sign in, what they were writing, and how often a sign-in failed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from controller.records.base import Base, InCommune


class UserRow(InCommune, Base):
    """A person at the desk. The password is kept as an argon2id hash only."""

    __tablename__ = "user_account"
    __table_args__ = (Index("ix_user_account_name", "commune", "name", unique=True),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    shown_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class SignInFailureRow(InCommune, Base):
    """Recent failed sign-ins per name and per address, for the growing delay."""

    __tablename__ = "sign_in_failure"
    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class DraftRow(InCommune, Base):
    """What a person was writing, saved while they write, so that a lost session loses nothing."""

    __tablename__ = "draft"
    user: Mapped[str] = mapped_column(String(64), primary_key=True)
    form: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
