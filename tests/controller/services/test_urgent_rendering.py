"""What an emergency waits for is spoken at once, by voices that answer at once, whatever else is being spoken."""

import pytest

from controller.domain.rendition import RenditionStatus
from controller.services import composing, rendering
from controller.services.composing import NewBulletin
from schedules.vocabulary import BroadcastClass
from tests.fakes.desk import OFFICER


def written(office, text: str = "Lũ quét: bà con lên chỗ cao ngay.") -> str:
    return composing.create_bulletin(office.desk, OFFICER, NewBulletin(text=text))


def status(office, bulletin: str) -> RenditionStatus:
    return composing.bulletin(office.desk, bulletin).rendition.status


@pytest.mark.parametrize(("class_", "urgent"), [(BroadcastClass.EMERGENCY, True), (BroadcastClass.PRIORITY, False)])
def test_the_studio_is_told_that_an_emergency_waits(office, class_, urgent):
    bulletin = written(office)
    office.plan(bulletin=bulletin, class_=class_)
    assert rendering.render_next(office.desk)
    assert office.studio.scripts[-1].urgent is urgent


def test_the_hurried_worker_takes_only_what_an_emergency_waits_for(office):
    calm, urgent = written(office, "Mời bà con đi họp."), written(office)
    assert not rendering.render_next(office.desk, urgent_only=True)
    office.plan(bulletin=urgent, class_=BroadcastClass.EMERGENCY)
    assert rendering.render_next(office.desk, urgent_only=True)
    assert (status(office, calm), status(office, urgent)) == (RenditionStatus.PENDING, RenditionStatus.READY)
    assert not rendering.render_next(office.desk, urgent_only=True)


def test_an_emergency_does_not_wait_for_a_voice_that_was_begun_at_leisure(office):
    urgent = written(office)
    seen: list[RenditionStatus] = []

    def meanwhile() -> None:
        office.studio.meanwhile = lambda: None
        office.plan(bulletin=urgent, class_=BroadcastClass.EMERGENCY)
        office.clock.move(seconds=1)
        assert rendering.render_next(office.desk, urgent_only=True)
        seen.append(status(office, urgent))

    office.studio.meanwhile = meanwhile
    rendering.render_next(office.desk)
    assert seen == [RenditionStatus.READY]
    assert [script.urgent for script in office.studio.scripts] == [False, True]
    assert status(office, urgent) is RenditionStatus.READY
    assert not rendering.render_next(office.desk)


def test_a_hurried_voice_that_fails_is_not_tried_for_ever(office):
    urgent = written(office)
    office.plan(bulletin=urgent, class_=BroadcastClass.EMERGENCY)
    office.studio.refuse = "crashed"
    assert rendering.render_next(office.desk, urgent_only=True)
    assert status(office, urgent) is RenditionStatus.FAILED
    assert not rendering.render_next(office.desk, urgent_only=True)
