"""Ready is only said on evidence."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.readiness import Readiness, TargetFacts, UnitFacts, readiness
from protocol.names import ClockTrust

UNIT = {"seen": True, "in_contact": True, "clock": ClockTrust.TRUSTED, "sound_ok": True, "held_version": 3}
TARGET = {
    "voice_ready": True,
    "voice_failed": False,
    "programme_version": 3,
    "delivered": True,
    "stored": True,
    "emergency": False,
}


def verdict(**facts: object) -> Readiness:
    unit = {key: facts.get(key, value) for key, value in UNIT.items()}
    target = {key: facts.get(key, value) for key, value in TARGET.items()}
    return readiness(UnitFacts(**unit), TargetFacts(**target))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Readiness.READY),
        ({"voice_failed": True, "voice_ready": False}, Readiness.VOICE_FAILED),
        ({"voice_ready": False, "seen": False}, Readiness.VOICE_PENDING),
        ({"seen": False, "in_contact": False, "stored": False}, Readiness.NEVER_SEEN),
        ({"stored": False, "in_contact": False}, Readiness.NO_CONTACT),
        ({"stored": False, "delivered": False, "held_version": 2}, Readiness.PROGRAMME_NOT_HELD),
        ({"stored": False, "delivered": False, "held_version": None}, Readiness.PROGRAMME_NOT_HELD),
        ({"stored": False, "delivered": False, "programme_version": None}, Readiness.PROGRAMME_NOT_HELD),
        ({"stored": False, "delivered": False}, Readiness.CLIP_MISSING),
        ({"stored": False}, Readiness.CLIP_MISSING),
        ({"in_contact": False}, Readiness.READY),
        ({"sound_ok": False}, Readiness.SOUND_FAILED),
        ({"clock": ClockTrust.ESTIMATED}, Readiness.CLOCK_UNTRUSTED),
        ({"clock": ClockTrust.UNKNOWN, "emergency": True}, Readiness.READY),
    ],
)
def test_the_first_reason_is_told(facts, expected):
    assert verdict(**facts) is expected


@given(
    st.fixed_dictionaries(
        {
            **{
                key: st.booleans()
                for key in ("seen", "in_contact", "sound_ok", "voice_ready", "delivered", "stored", "emergency")
            },
            "clock": st.sampled_from(ClockTrust),
            "held_version": st.none() | st.integers(1, 4),
        }
    )
)
def test_nothing_is_ready_that_is_not_stored_at_a_unit_that_can_sound_it(facts):
    if verdict(**facts) is Readiness.READY:
        assert facts["stored"]
        assert facts["voice_ready"]
        assert facts["sound_ok"]
        assert facts["seen"]
        assert facts["emergency"] or facts["clock"] is ClockTrust.TRUSTED


def test_every_verdict_is_reached():
    reached = set()
    for seen, contact, ready, failed, stored, delivered, sound, clock in product((True, False), repeat=8):
        reached.add(
            verdict(
                seen=seen,
                in_contact=contact,
                voice_ready=ready,
                voice_failed=failed,
                stored=stored,
                delivered=delivered,
                held_version=1,
                sound_ok=sound,
                clock=ClockTrust.TRUSTED if clock else ClockTrust.UNKNOWN,
            )
        )
    assert reached == set(Readiness)
