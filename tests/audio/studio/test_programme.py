from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.studio.programme import MAX_GAP_MS, MAX_PARTS, Gaps, Part, Role, Sitting, duration_ms, lay_out
from protocol.messages import PlannedBroadcast

EVENING = Sitting(
    signature="nhac-hieu",
    call=("goi-vi", "goi-tay"),
    bulletins=(("tin-1-vi", "tin-1-tay"), ("tin-2-vi",)),
    closing=("chao-vi", "chao-tay"),
)


def test_a_sitting_is_heard_in_order_and_in_each_language() -> None:
    assert lay_out(EVENING) == (
        Part("nhac-hieu", Role.SIGNATURE, 500),
        Part("goi-vi", Role.CALL, 1_200),
        Part("goi-tay", Role.CALL, 1_000),
        Part("tin-1-vi", Role.BULLETIN, 1_200),
        Part("tin-1-tay", Role.BULLETIN, 2_000),
        Part("tin-2-vi", Role.BULLETIN, 1_500),
        Part("chao-vi", Role.CLOSING, 1_200),
        Part("chao-tay", Role.CLOSING, 0),
    )


def test_repeated_all_bulletins_are_heard_again_after_a_longer_gap_and_the_rest_is_not() -> None:
    parts = lay_out(replace(EVENING, repeat=2))
    rounds = [(part.clip, part.gap_ms) for part in parts if part.role is Role.BULLETIN]
    assert [clip for clip, _ in rounds] == ["tin-1-vi", "tin-1-tay", "tin-2-vi"] * 2
    assert [gap for _, gap in rounds] == [1_200, 2_000, 3_000, 1_200, 2_000, 1_500]
    assert [part.clip for part in parts].count("nhac-hieu") == 1


def test_a_divider_stands_between_bulletins_and_nowhere_else() -> None:
    parts = lay_out(replace(EVENING, repeat=2, divider="chuong"))
    bulletins = [part.clip for part in parts if part.role in {Role.BULLETIN, Role.DIVIDER}]
    once = ["tin-1-vi", "tin-1-tay", "chuong", "tin-2-vi"]
    assert bulletins == [*once, "chuong", *once]


def test_one_bulletin_alone_is_one_part_without_a_gap() -> None:
    assert lay_out(Sitting(bulletins=(("tin",),))) == (Part("tin", Role.BULLETIN, 0),)


clips = st.integers(0, 9)
several = st.lists(clips, max_size=3).map(tuple)
sittings = st.builds(
    Sitting,
    bulletins=st.lists(st.lists(clips, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    signature=st.none() | clips,
    call=several,
    divider=st.none() | clips,
    closing=several,
    repeat=st.integers(1, 3),
)


@given(sitting=sittings)
def test_nothing_is_left_out_and_the_length_is_the_sum(sitting: Sitting[int]) -> None:
    parts = lay_out(sitting)
    said = [part.clip for part in parts if part.role is Role.BULLETIN]
    assert said == [clip for bulletin in sitting.bulletins for clip in bulletin] * sitting.repeat
    assert tuple(part.clip for part in parts if part.role is Role.CALL) == sitting.call
    assert tuple(part.clip for part in parts if part.role is Role.CLOSING) == sitting.closing
    assert all(part.gap_ms > 0 for part in parts[:-1])
    assert parts[-1].gap_ms == 0
    assert duration_ms(parts, lambda clip: 1_000 * clip) == sum(1_000 * part.clip + part.gap_ms for part in parts)


@given(sitting=sittings)
def test_a_unit_takes_it_and_counts_the_same_length(sitting: Sitting[int]) -> None:
    parts = lay_out(sitting)
    broadcast = msgspec.convert(
        {
            "id": "toi-nay",
            "start": "2026-11-22T10:00:00Z",
            "not_after": "2026-11-22T10:30:00Z",
            "class": "routine",
            "status": "actual",
            "title": "Bản tin tối",
            "items": [
                {"clip": f"{part.clip:064x}", "size": 1_000, "duration_ms": 1_000 + part.clip, "gap_ms": part.gap_ms}
                for part in parts
            ],
        },
        PlannedBroadcast,
    )
    assert broadcast.duration_ms == duration_ms(parts, lambda clip: 1_000 + clip)


def test_more_parts_than_the_wire_carries_are_refused() -> None:
    many = Sitting(bulletins=(("tin",),) * MAX_PARTS)
    assert len(lay_out(many)) == MAX_PARTS
    with pytest.raises(ValueError, match="more than"):
        lay_out(replace(many, signature="nhac"))


@pytest.mark.parametrize("bulletins", [(), ((),), (("tin",), ())])
def test_a_sitting_that_says_nothing_is_refused(bulletins: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ValueError, match="needs a bulletin"):
        Sitting(bulletins=bulletins)


@pytest.mark.parametrize("repeat", [0, 4])
def test_a_repetition_out_of_bounds_is_refused(repeat: int) -> None:
    with pytest.raises(ValueError, match="repeat"):
        Sitting(bulletins=(("tin",),), repeat=repeat)


@pytest.mark.parametrize("gap", [-1, MAX_GAP_MS + 1])
def test_a_gap_that_the_wire_cannot_carry_is_refused(gap: int) -> None:
    with pytest.raises(ValueError, match="before_repeat"):
        Gaps(before_repeat=gap)
