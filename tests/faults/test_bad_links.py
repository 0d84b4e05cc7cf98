"""One unit behind a bad network: at its air time nothing of it matters, and afterwards every receipt arrives, once."""

from pathlib import Path

import pytest

from protocol.topics import Leaf
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import MadeClip, tone
from tests.faults.evidence import Evidence
from tests.faults.relay import FAR_AND_LOSSY, Line, Way
from tests.faults.village import Village, in_s, village

HEAD = 400
"""No answer of the clip server has a longer head, in bytes."""
ON_TIME_S = 0.25
"""These machines are shared by many processes; the promise itself (50 ms) is measured by `benchmarks.start`."""


def heard_once(here: Village, *broadcasts: str) -> Evidence:
    here.desk.await_settled(*broadcasts, patience_s=120.0)
    here.judge()
    found = here.unit.evidence()
    assert [len(found.of(each)) for each in broadcasts] == [1] * len(broadcasts)
    assert all(here.desk.stages(each)[-1] == "finished" for each in broadcasts)
    return found


@pytest.mark.beside(seconds=8)
def test_a_link_down_at_air_time_changes_nothing(folder: Path) -> None:
    with village(folder) as here:
        here.begin(tone())
        start = in_s(4)
        here.desk.programme(sitting("news", start, tone()))
        here.desk.await_receipt("stored", "news")
        here.mqtt.refuse()
        here.http.refuse()
        here.unit.await_line("receipt-finished", "broadcast=news")
        assert here.desk.stages("news") == ["stored"], "the desk heard of it while the link was down"
        here.mqtt.flow()
        (sound,) = heard_once(here, "news").of("news")
        assert 0 <= (sound.at - start).total_seconds() < ON_TIME_S


@pytest.mark.beside(seconds=6)
def test_a_link_stalled_at_air_time_changes_nothing(folder: Path) -> None:
    with village(folder, keepalive_s=30) as here:
        here.begin(tone())
        start = in_s(3)
        here.desk.programme(sitting("news", start, tone()))
        here.desk.await_receipt("stored", "news")
        here.mqtt.stall()
        here.unit.await_line("receipt-finished", "broadcast=news")
        here.mqtt.flow()
        (sound,) = heard_once(here, "news").of("news")
        assert 0 <= (sound.at - start).total_seconds() < ON_TIME_S


@pytest.mark.beside(seconds=15)
def test_a_half_open_link_is_found_out_by_the_unit(folder: Path) -> None:
    """The unit's own keepalive finds out; what was sent meanwhile reaches it afterwards."""
    with village(folder) as here:
        here.begin(tone())
        here.mqtt.half_open()
        here.desk.programme(sitting("news", in_s(0), tone()))
        heard_once(here, "news")
        assert len(here.mqtt.connections) == 2


@pytest.mark.beside(seconds=15)
def test_a_deaf_link_is_found_out_by_the_unit(folder: Path) -> None:
    """Half open in one way: what the unit says arrives, what it is told does not."""
    with village(folder) as here:
        here.begin(tone())
        here.mqtt.half_open(Way.DOWN)
        here.desk.programme(sitting("news", in_s(0), tone()))
        heard_once(here, "news")


@pytest.mark.beside(seconds=25)
def test_a_far_and_lossy_link_brings_everything_in_the_end(folder: Path) -> None:
    """A round trip of 2 s, and every tenth segment lost."""
    with village(folder, seed=3, weather=FAR_AND_LOSSY, keepalive_s=30) as here:
        here.begin(tone())
        here.desk.order(play_now("o-1", sitting("news", in_s(0), tone())))
        heard_once(here, "news")


@pytest.mark.beside(seconds=16)
def test_a_line_of_30_kbits_brings_everything_in_the_end(folder: Path) -> None:
    """30 kbit/s, for messages and clips together."""
    clip = tone(3000)
    with village(folder, line=Line(30_000), keepalive_s=30) as here:
        here.begin(clip)
        here.desk.programme(sitting("news", in_s(0), clip))
        heard_once(here, "news")


@pytest.mark.beside(seconds=20)
def test_a_download_cut_at_every_tenth_goes_on_where_it_was_cut(folder: Path) -> None:
    """Nine clips; the first download of the k-th is cut at k tenths, and goes on from there."""
    clips = [tone(400 + 40 * number, 500 + 100 * number) for number in range(9)]
    with village(folder) as here:
        least = min(len(clip.data) for clip in clips)
        here.http.cut_next(Way.DOWN, *(HEAD + (least - HEAD) * tenth // 10 for tenth in range(1, 10)))
        here.begin(*clips)
        here.desk.order(play_now("o-1", sitting("news", in_s(0), *clips)))
        found = heard_once(here, "news")
        assert abs(found.heard_ms("news") - sum(clip.duration_ms for clip in clips)) <= 1
        resumed = [wanted for _, wanted in here.clips.asked if wanted is not None]
        assert len(here.clips.asked) == 18, here.clips.asked
        assert len(resumed) == 9, "a download began anew"


@pytest.mark.beside(seconds=10)
def test_a_server_that_ignores_ranges_is_no_matter(folder: Path) -> None:
    clip = tone(3000)
    with village(folder) as here:
        here.http.cut_next(Way.DOWN, len(clip.data) // 2)
        here.clips.ignore_ranges = True
        here.begin(clip)
        here.desk.order(play_now("o-1", sitting("news", in_s(0), clip)))
        assert abs(heard_once(here, "news").heard_ms("news") - 3000) <= 1


@pytest.mark.beside(seconds=20)
def test_content_that_changes_on_the_way_is_found_out(folder: Path) -> None:
    """The second half comes from another clip of the same length: found out by the hash, and fetched anew."""
    clip = tone(3000)
    changed = MadeClip(clip.data[: len(clip.data) // 3] + bytes(len(clip.data) * 2 // 3 + 1), 3000)
    with village(folder) as here:
        here.http.cut_next(Way.DOWN, len(clip.data) // 2)
        here.begin(clip)
        here.desk.order(play_now("o-1", sitting("news", in_s(0), clip)))
        here.unit.await_line("clip-failed")
        here.clips.files[clip.hash] = changed.data[: len(clip.data)]
        here.unit.await_line("clip-failed", times=2)
        assert not here.unit.evidence().sounds
        here.serve(clip)
        assert abs(heard_once(here, "news").heard_ms("news") - 3000) <= 1


@pytest.mark.beside(seconds=6)
def test_a_link_cut_at_every_order_repeats_and_loses_none(folder: Path) -> None:
    """Cut at every message: each order is sent again until it is answered, as the controller does, and obeyed once."""
    with village(folder) as here:
        here.begin(tone())
        orders = [here.desk.order(play_now(f"o-{n}", sitting(f"news-{n}", in_s(0), tone()))) for n in range(3)]
        for number in range(1, 4):
            here.mqtt.cut()
            here.unit.await_line("broker-reached", times=number + 1)
            for data in orders:
                here.desk.send(Leaf.ORDER, data)
        heard_once(here, "news-0", "news-1", "news-2")
