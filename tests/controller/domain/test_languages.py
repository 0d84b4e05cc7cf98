"""Who understands what: a village in its order, a unit for its villages, Vietnamese where nothing else is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.languages import heard, listed, spoken
from controller.domain.phrases import PART, Part, Phrase, in_order, of_village, village_of
from controller.domain.rendition import Language

VI, TAY, NUNG, DAO, MONG = Language.VI, Language.TAY, Language.NUNG, Language.DAO, Language.MONG
languages = st.lists(st.sampled_from(Language), max_size=5)


@pytest.mark.parametrize(
    ("village", "available", "hears", "missing", "by_default"),
    [
        ((TAY, VI), (VI, TAY), (TAY, VI), (), False),
        ((VI, TAY), (VI, TAY), (VI, TAY), (), False),
        ((TAY, VI), (VI,), (VI,), (TAY,), False),
        ((TAY,), (VI,), (VI,), (TAY,), True),
        ((TAY,), (VI, NUNG), (VI,), (TAY,), True),
        ((TAY,), (NUNG,), (), (TAY,), False),
        ((VI,), (NUNG,), (), (VI,), False),
        ((TAY, NUNG), (NUNG,), (NUNG,), (TAY,), False),
        ((TAY, TAY), (TAY,), (TAY,), (), False),
    ],
)
def test_a_village_hears_what_it_understands_in_its_order(village, available, hears, missing, by_default):
    found = heard(village, available)
    assert (found.languages, found.missing, found.by_default) == (hears, missing, by_default)
    assert found.nothing == (not hears)


@pytest.mark.parametrize(
    ("villages", "available", "said"),
    [
        ([(TAY, VI), (NUNG, VI)], (VI, TAY, NUNG), (TAY, VI, NUNG)),
        ([(NUNG, VI), (TAY, VI)], (VI, TAY, NUNG), (NUNG, VI, TAY)),
        ([(TAY,), (DAO,)], (VI, TAY), (TAY, VI)),  # the second village has nothing but Vietnamese
        ([(VI,), (VI,)], (VI, TAY), (VI,)),
        ([(DAO,)], (TAY, MONG), (TAY, MONG)),  # nobody understands it: what was planned is said all the same
        ([], (VI, TAY), (VI, TAY)),
    ],
)
def test_a_unit_says_what_its_villages_hear_together(villages, available, said):
    assert spoken(villages, available) == said


@given(st.lists(languages, max_size=6), languages)
def test_a_unit_says_only_what_there_is_each_language_once_and_leaves_no_village_out(villages, available):
    said = spoken(villages, available)
    assert len(said) == len(set(said))
    assert set(said) <= set(available)
    assert bool(said) == bool(available)
    for village in villages:
        own = heard(village, available).languages
        assert [language for language in said if language in own] == [
            language for language in said if language in set(own)
        ]
        assert set(own) <= set(said)


@given(languages)
def test_the_catalogue_lists_each_language_once_and_vietnamese_first(chosen):
    found = listed(chosen)
    assert set(found) == set(chosen)
    assert len(found) == len(set(chosen))
    assert VI not in found or found[0] is VI


def test_every_phrase_has_its_part_and_only_villages_have_a_dot():
    assert set(PART) == set(Phrase)
    assert set(PART.values()) == set(Part)
    assert all(village_of(phrase) is None for phrase in Phrase)
    assert village_of(of_village("khau-bang")) == "khau-bang"


def test_phrases_are_said_in_their_order_with_the_villages_after_the_phrase_that_leads_to_them():
    chosen = ("high-ground", of_village("na-pai"), "attention", "villages", of_village("khau-bang"), "exercise", "x")
    assert in_order(chosen, ("khau-bang", "coc-thoc", "na-pai")) == (
        "exercise",
        "attention",
        "villages",
        of_village("khau-bang"),
        of_village("na-pai"),
        "high-ground",
    )
