"""Which languages a village understands, best first: in which of them, and in what order, it is spoken to."""

from collections.abc import Mapping, Sequence

from controller.domain.rendition import Language
from controller.records.places import VillageRow
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, refuse
from controller.services.views import User


def set_languages(desk: Desk, user: User, wanted: Mapping[str, Sequence[Language]]) -> int:  # noqa: ARG001 - the log will want who
    """Set the languages of these villages, and say of how many they changed; `Invalid`, and then nothing was changed.

    What is planned follows: from the next programme on, units speak to their villages in the new languages.
    """
    changed = 0
    with desk.writing() as session:
        rows = {village: session.get(VillageRow, (desk.commune, village)) for village in wanted}
        faults = [
            Fault("villages", FaultCode.VILLAGE_UNKNOWN, {"village": village})
            for village, row in rows.items()
            if row is None
        ]
        faults += [
            Fault(village, FaultCode.LANGUAGES_EMPTY, {"village": row.name})
            for village, row in rows.items()
            if row is not None and not wanted[village]
        ]
        refuse(faults)
        for village, row in rows.items():
            languages = [str(language) for language in dict.fromkeys(wanted[village])]
            if row is not None and row.languages != languages:
                row.languages = languages
                changed += 1
    if changed:
        desk.kick("roll")
        desk.changes.announce("units", "home", "broadcasts", "phrases")
    return changed
