"""What a person is writing, kept while they write: a lost session or a power cut loses no text."""

from collections.abc import Mapping

from controller.records.people import DraftRow
from controller.services.desk import Desk
from controller.services.views import User

LONGEST_FORM = 200_000
"""Characters of all fields together. A text that is too long for a bulletin is still kept as a draft."""


def save_draft(desk: Desk, user: User, *, form: Mapping[str, str]) -> None:
    """Keep the form as it stands; the newest replaces the older one. What lies beyond `LONGEST_FORM` is cut."""
    kept = _bounded(form)
    with desk.writing() as session:
        row = session.get(DraftRow, (desk.commune, user.id))
        if row is None:
            session.add(DraftRow(commune=desk.commune, user=user.id, form=kept, saved_at=desk.clock()))
        else:
            row.form, row.saved_at = kept, desk.clock()


def load_draft(desk: Desk, user: User) -> dict[str, str]:
    """Return the kept form, empty when there is none."""
    with desk.reading() as session:
        row = session.get(DraftRow, (desk.commune, user.id))
    return {} if row is None else dict(row.form)


def drop_draft(desk: Desk, user: User) -> None:
    """Forget it, once it has become a bulletin."""
    with desk.writing() as session:
        if row := session.get(DraftRow, (desk.commune, user.id)):
            session.delete(row)


def _bounded(form: Mapping[str, str]) -> dict[str, str]:
    left, kept = LONGEST_FORM, {}
    for name, value in form.items():
        kept[name[:64]] = value[:left]
        left -= len(kept[name[:64]])
    return kept
