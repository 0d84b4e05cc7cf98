"""Every fuzz target, by name."""

from tests.fuzz import carried, documents, files, office, sounds, texts, unit, wire

TARGETS = {
    target.name: target
    for room in (wire, carried, unit, office, sounds, texts, files, documents)
    for target in room.TARGETS
}
