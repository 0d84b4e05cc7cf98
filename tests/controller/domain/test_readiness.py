"""Ready is only said on evidence, and what is not ready says everything that a person can act on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.limits import Wanted, allowed
from controller.domain.readiness import (
    Hindrance,
    Holding,
    Readiness,
    TargetFacts,
    UnitFacts,
    Verdict,
    percent,
    readiness,
)
from protocol.messages import Caps, Coming
from protocol.names import ClockTrust, DiskHealth, Reason
from schedules.vocabulary import BroadcastClass, Status

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CLIP = "c" * 64
WANTED = Wanted(
    start=NOON,
    not_after=NOON + timedelta(minutes=10),
    length=timedelta(seconds=30),
    class_=BroadcastClass.ROUTINE,
    status=Status.ACTUAL,
)
UNIT = UnitFacts(
    seen_at=NOON, in_contact=True, allowed=allowed(Caps()), held_version=3, clock=ClockTrust.TRUSTED, sound_ok=True
)
TARGET = TargetFacts(
    wanted=WANTED,
    voice_ready=True,
    voice_failed=False,
    programme_version=3,
    delivered=True,
    stored=True,
    clips=(CLIP,),
)
OF_UNIT = set(UnitFacts.__dataclass_fields__)


def verdict(**facts: object) -> Readiness:
    """The verdict for a broadcast that is ready, but for these facts."""
    if "class_" in facts:
        facts["wanted"] = replace(WANTED, class_=facts.pop("class_"))
    unit = {name: value for name, value in facts.items() if name in OF_UNIT}
    target = {name: value for name, value in facts.items() if name not in OF_UNIT}
    return readiness(replace(UNIT, **unit), replace(TARGET, **target))


def test_a_broadcast_that_is_stored_at_a_sound_unit_in_contact_is_ready():
    assert verdict() == Readiness(Verdict.READY)
    assert verdict().certain


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"voice_failed": True, "voice_ready": False}, Hindrance.VOICE_FAILED),
        ({"voice_ready": False, "stored": False}, Hindrance.VOICE_PENDING),
        ({"seen_at": None, "in_contact": False, "stored": False}, Hindrance.NEVER_SEEN),
        ({"revoked": True}, Hindrance.REVOKED),
        ({"stored": False, "in_contact": False}, Hindrance.NO_CONTACT),
        ({"stored": False, "delivered": False, "held_version": 2}, Hindrance.PROGRAMME_NOT_HELD),
        ({"stored": False, "delivered": False, "held_version": None}, Hindrance.PROGRAMME_NOT_HELD),
        ({"programme_version": None}, Hindrance.PROGRAMME_NOT_HELD),
        ({"held_version": None}, Hindrance.PROGRAMME_NOT_HELD),  # a new card: what it stored once is gone
        ({"stored": False}, Hindrance.CLIP_MISSING),
        ({"sound_ok": False}, Hindrance.SOUND_FAILED),
        ({"clock": ClockTrust.ESTIMATED}, Hindrance.CLOCK_UNTRUSTED),
        ({"clock": ClockTrust.UNKNOWN}, Hindrance.CLOCK_UNTRUSTED),
        ({"disk": DiskHealth.FULL}, Hindrance.DISK_FAILED),
        ({"disk": DiskHealth.READ_ONLY}, Hindrance.DISK_FAILED),
        ({"obeys_nobody": True, "delegation_held": False}, Hindrance.DELEGATION_NOT_HELD),
        ({"delegation_held": False, "stored": False}, Hindrance.DELEGATION_NOT_HELD),
        ({"set_back": True, "stored": False}, Hindrance.SET_BACK),
        ({"allowed": allowed(Caps(hours=((360, 660),)))}, Hindrance.QUIET_HOURS),
        ({"allowed": allowed(Caps(length_s=29))}, Hindrance.TOO_LONG),
    ],
)
def test_what_prevents_it_is_told_first(facts, expected):
    found = verdict(**facts)
    assert (found.verdict, found.first) == (Verdict.NOT_READY, expected)
    assert not found.certain


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"dispute_s": -3600.0}, Hindrance.CLOCK_DISPUTED),
        ({"undervoltage": True}, Hindrance.UNDERVOLTAGE),
        ({"delegation_held": False}, Hindrance.DELEGATION_NOT_HELD),
        ({"set_back": True}, Hindrance.SET_BACK),
        ({"class_": BroadcastClass.EMERGENCY, "clock": ClockTrust.UNKNOWN}, Hindrance.CLOCK_UNTRUSTED),
        ({"class_": BroadcastClass.EMERGENCY, "disk": DiskHealth.FULL}, Hindrance.DISK_FAILED),
    ],
)
def test_a_warning_is_told_and_prevents_nothing(facts, expected):
    found = verdict(**facts)
    assert (found.verdict, found.first) == (Verdict.READY, expected)
    assert not found.reasons[0].prevents


def test_a_silent_unit_that_holds_it_all_is_ready_but_not_seen_to_be():
    found = verdict(in_contact=False, held_until=NOON + timedelta(days=9))
    assert (found.verdict, found.certain) == (Verdict.READY_UNSEEN, True)
    (reason,) = found.reasons
    assert (reason.hindrance, reason.holding, reason.since) == (Hindrance.NO_CONTACT, Holding.BROADCAST, NOON)
    assert reason.plan_until == NOON + timedelta(days=9)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Holding.PLAN),
        ({"held_version": 2}, Holding.PREVIOUS),
        ({"held_version": None}, Holding.NOTHING),
        ({"held_version": None, "ordered": True}, Holding.PLAN),
    ],
)
def test_what_a_silent_unit_has_is_told(facts, expected):
    assert verdict(in_contact=False, stored=False, **facts).reasons[0].holding is expected


def test_how_much_of_the_missing_clip_is_there_is_told_in_hundredths():
    coming = (Coming(clip=CLIP, size=1000, fetched=629), Coming(clip="d" * 64, size=10))
    (reason,) = verdict(stored=False, coming=coming).reasons
    assert (reason.hindrance, reason.clips, reason.percent) == (Hindrance.CLIP_MISSING, 1, 62)
    (unlisted,) = verdict(stored=False, coming=coming[1:]).reasons
    assert (unlisted.clips, unlisted.percent) == (1, None)
    assert percent([Coming(clip=CLIP, size=1000, fetched=2000)]) == 100


def test_a_clip_that_waits_for_the_data_of_next_month_says_so():
    coming = (Coming(clip=CLIP, size=1000, fetched=0, reason=Reason.DATA_BUDGET),)
    found = verdict(stored=False, coming=coming)
    assert [reason.hindrance for reason in found.reasons] == [Hindrance.CLIP_MISSING, Hindrance.DATA_BUDGET]


def test_all_reasons_are_told_those_that_prevent_first():
    found = verdict(sound_ok=False, undervoltage=True, dispute_s=2.5, stored=False, clock=ClockTrust.UNKNOWN)
    assert [reason.hindrance for reason in found.reasons] == [
        Hindrance.SOUND_FAILED,
        Hindrance.CLOCK_UNTRUSTED,
        Hindrance.CLIP_MISSING,
        Hindrance.CLOCK_DISPUTED,
        Hindrance.UNDERVOLTAGE,
    ]


YES_OR_NO = (
    *("in_contact", "sound_ok", "voice_ready", "voice_failed", "delivered", "stored", "ordered", "revoked"),
    *("set_back", "delegation_held", "obeys_nobody", "undervoltage"),
)
COMING = st.builds(Coming, clip=st.just(CLIP), size=st.just(9), fetched=st.integers(0, 9))
ALLOWED = [allowed(Caps()), allowed(Caps(hours=())), allowed(Caps(length_s=1))]


@given(
    st.fixed_dictionaries(
        {
            **{name: st.booleans() for name in YES_OR_NO},
            "seen_at": st.sampled_from([None, NOON]),
            "class_": st.sampled_from(BroadcastClass),
            "clock": st.sampled_from(ClockTrust),
            "disk": st.sampled_from(DiskHealth),
            "held_version": st.none() | st.integers(1, 4),
            "programme_version": st.none() | st.integers(1, 4),
            "dispute_s": st.none() | st.floats(-9e5, 9e5),
            "allowed": st.sampled_from(ALLOWED),
            "coming": st.lists(COMING).map(tuple),
        }
    )
)
def test_ready_needs_all_the_evidence_and_everything_else_has_a_reason(facts):
    given_ = dict(facts)
    found = verdict(**facts)
    emergency = given_["class_"] is BroadcastClass.EMERGENCY
    assert found.certain == (not any(reason.prevents for reason in found.reasons))
    assert [reason.prevents for reason in found.reasons] == sorted(
        (reason.prevents for reason in found.reasons), reverse=True
    )
    assert len({reason.hindrance for reason in found.reasons}) == len(found.reasons)
    if found.certain:
        assert given_["stored"]
        assert given_["voice_ready"]
        assert given_["sound_ok"]
        assert given_["seen_at"] is not None
        assert not given_["revoked"]
        assert not given_["obeys_nobody"]
        assert emergency or (given_["clock"] is ClockTrust.TRUSTED and given_["disk"] is DiskHealth.OK)
        assert found.verdict is (Verdict.READY if given_["in_contact"] else Verdict.READY_UNSEEN)


def test_every_hindrance_is_reached():
    budget = (Coming(clip=CLIP, size=9, reason=Reason.DATA_BUDGET),)
    reached = {
        reason.hindrance
        for seen, contact, held, hours, good in product((None, NOON), (True, False), (None, 3), ALLOWED, (True, False))
        for reason in verdict(
            seen_at=seen,
            in_contact=contact,
            held_version=held,
            allowed=hours,
            stored=False,
            delivered=good,
            voice_ready=good,
            voice_failed=not good and contact,
            revoked=not good,
            set_back=good,
            delegation_held=good,
            sound_ok=good,
            disk=DiskHealth.OK if good else DiskHealth.FAILED,
            clock=ClockTrust.TRUSTED if good else ClockTrust.ESTIMATED,
            dispute_s=None if good else 9.0,
            undervoltage=not good,
            coming=budget,
        ).reasons
    }
    assert reached == set(Hindrance)
