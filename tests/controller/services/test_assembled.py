"""An emergency put together from phrases: said in every language in which they are all there, nothing to fetch."""

import io

import pytest

from controller.domain.phrases import Phrase, of_village
from controller.domain.rendition import Language
from controller.services import (
    assembled,
    cancelling,
    composing,
    phrases,
    programmes,
    results,
    states,
    village_languages,
)
from controller.services.assembled import NewEmergency
from controller.services.faults import FaultCode, Invalid
from controller.services.sounds import BETWEEN_LANGUAGES_MS, BETWEEN_PHRASES_MS
from protocol.names import Role
from schedules.vocabulary import BroadcastClass, Status
from tests.fakes.desk import OFFICER, Office

VI, TAY, NUNG, DAO = Language.VI, Language.TAY, Language.NUNG, Language.DAO
FLOOD = (Phrase.HIGH_GROUND, Phrase.ATTENTION, Phrase.FLASH_FLOOD)
BOTH = ("khau-bang", "na-pai")


def record(office: Office, phrase: str, language: Language) -> None:
    content = io.BytesIO(b"OggS" + phrase.encode() + language.encode())
    token = composing.keep_upload(office.desk, content, name="a.ogg").token
    phrases.take_recording(office.desk, OFFICER, phrase, language, token)


@pytest.fixture
def ready(office: Office) -> Office:
    """Vietnamese is spoken, Tày has what a flood needs, Nùng lacks one phrase of it."""
    village_languages.set_languages(office.desk, OFFICER, {"khau-bang": (TAY, VI), "na-pai": (NUNG, VI)})
    for phrase in FLOOD:
        record(office, phrase, TAY)
    for phrase in FLOOD[:2]:
        record(office, phrase, NUNG)
    while phrases.render_next(office.desk):
        pass
    programmes.roll(office.desk, office.clock.now)
    office.doorbell.orders.clear()
    return office


def wanted(**more: object) -> NewEmergency:
    return NewEmergency(**{"phrases": FLOOD, "villages": BOTH, **more})


def hold(office: Office, *units: str) -> None:
    for unit in units:
        states.accept_state(office.desk, unit, office.state(unit, programme=1))


def clips_of(office: Office, *said: tuple[str, Language]) -> list[str]:
    with office.desk.reading() as session:
        found = phrases.spoken(session, office.desk)
    return [found[one].clip.clip for one in said]


def flood(office: Office, language: Language) -> list[str]:
    order = (Phrase.ATTENTION, Phrase.FLASH_FLOOD, Phrase.HIGH_GROUND)
    return clips_of(office, *((phrase, language) for phrase in order))


def codes(faults) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in faults]


def test_it_is_said_in_every_language_that_is_whole_and_in_order_at_each_unit(ready):
    ready.unlock()
    assembled.send(ready.desk, OFFICER, wanted(rounds=1))
    played = {order.targets: [item.clip for item in order.act.broadcast.items] for order in ready.doorbell.all_orders()}
    assert played == {("cum-a",): flood(ready, TAY) + flood(ready, VI), ("cum-b",): flood(ready, VI)}


def test_it_is_repeated_in_rounds_so_that_everybody_hears_it_early(ready):
    ready.unlock()
    broadcast = assembled.send(ready.desk, OFFICER, wanted(villages=("khau-bang",), rounds=2))
    (order,) = ready.doorbell.all_orders()
    once = flood(ready, TAY) + flood(ready, VI)
    assert [item.clip for item in order.act.broadcast.items] == once * 2
    within = [BETWEEN_PHRASES_MS, BETWEEN_PHRASES_MS, BETWEEN_LANGUAGES_MS] * 4
    assert [item.gap_ms for item in order.act.broadcast.items] == [*within[:-1], 0]
    length = 12 * 30_000 + 8 * BETWEEN_PHRASES_MS + 3 * BETWEEN_LANGUAGES_MS
    assert order.act.broadcast.duration_ms == length
    assert results.broadcast(ready.desk, broadcast).duration_ms == length


def test_the_page_is_told_who_understands_which_and_what_is_lacking(ready):
    hold(ready, "cum-a")
    found = assembled.check(ready.desk, wanted())
    assert found.faults == ()
    assert [(one.name, one.heard, one.missing) for one in found.hears] == [
        ("Khau-Bang", (TAY, VI), ()),
        ("Na-Pai", (VI,), (NUNG,)),
    ]
    lacking = {one.language: one.lacking for one in found.languages}
    assert lacking == {VI: (), TAY: (), NUNG: (phrases.words_of(Phrase.FLASH_FLOOD),)}
    assert [(unit.name, unit.languages, unit.kept) for unit in found.units] == [
        ("CUM-A", (TAY, VI), True),
        ("CUM-B", (VI,), False),
    ]
    assert found.words == tuple(
        phrases.words_of(phrase) for phrase in (Phrase.ATTENTION, Phrase.FLASH_FLOOD, Phrase.HIGH_GROUND)
    )


def test_what_lies_at_the_units_does_not_ride_in_the_order_and_what_does_not_lie_there_does(ready):
    hold(ready, "cum-a")
    ready.unlock()
    assembled.send(ready.desk, OFFICER, wanted())
    inline = {order.targets: set(order.act.inline) for order in ready.doorbell.all_orders()}
    assert inline == {("cum-a",): set(), ("cum-b",): set(flood(ready, VI))}


def test_an_order_carries_no_more_than_it_may(ready):
    for phrase in Phrase:
        record(ready, phrase, TAY)
    while phrases.render_next(ready.desk):
        pass
    ready.unlock()
    meant = tuple(phrase for phrase in Phrase if phrase not in {Phrase.EXERCISE, Phrase.TEST})
    assembled.send(ready.desk, OFFICER, wanted(phrases=meant, villages=("khau-bang",), rounds=1))
    (order,) = ready.doorbell.all_orders()
    assert len(order.act.inline) == 8
    assert len(order.act.broadcast.items) == 2 * len(meant)


def test_it_is_signed_by_the_emergency_key_shown_and_taken_back(ready):
    from protocol.envelope import open_down
    from protocol.keys import Keyring
    from protocol.messages import Order
    from tests.fakes.desk import COMMUNE

    ready.unlock()
    broadcast = assembled.send(ready.desk, OFFICER, wanted())
    key = Keyring([ready.desk.keys.in_force.key(Role.EMERGENCY)])
    assert open_down(ready.doorbell.orders[0][1], Order, key, COMMUNE, "cum-a")[0].class_ is BroadcastClass.EMERGENCY
    view = results.broadcast(ready.desk, broadcast)
    assert (view.class_, view.title) == (BroadcastClass.EMERGENCY, phrases.words_of(Phrase.FLASH_FLOOD))
    assert [one.language for one in view.renditions] == [VI, TAY]
    assert [len(target.items) for target in view.targets] == [12, 6]
    cancelling.cancel_broadcast(ready.desk, OFFICER, broadcast=broadcast)
    assert results.broadcast(ready.desk, broadcast).state == "cancelled"
    programmes.roll(ready.desk, ready.clock.now)
    assert ready.doorbell.last_programme("cum-a").broadcasts == ()


def test_without_the_code_nothing_is_made_and_nothing_sounds(ready):
    with pytest.raises(Invalid) as error:
        assembled.send(ready.desk, OFFICER, wanted(press="press-1"))
    assert codes(error.value.faults) == [("class", FaultCode.EMERGENCY_LOCKED)]
    assert composing.bulletins(ready.desk) == ()
    assert ready.doorbell.orders == []


def test_the_same_press_starts_it_once(ready):
    ready.unlock()
    first, second = (assembled.send(ready.desk, OFFICER, wanted(press="press-1")) for _ in range(2))
    assert first == second
    assert len(composing.bulletins(ready.desk)) == 1


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_what_is_not_meant_says_so_first_in_each_language_if_need_be_in_vietnamese(ready, status):
    phrase = Phrase.EXERCISE if status is Status.EXERCISE else Phrase.TEST
    ready.unlock()
    assembled.send(ready.desk, OFFICER, wanted(status=status, villages=("khau-bang",), rounds=1))
    (announced,) = clips_of(ready, (phrase, VI))
    (order,) = ready.doorbell.all_orders()
    played = [item.clip for item in order.act.broadcast.items]
    assert order.act.broadcast.status is status
    assert played == [announced, *flood(ready, TAY), announced, *flood(ready, VI)]
    record(ready, phrase, TAY)
    while phrases.render_next(ready.desk):
        pass
    assembled.send(ready.desk, OFFICER, wanted(status=status, villages=("khau-bang",), rounds=1))
    assert [ready.doorbell.last_order().act.broadcast.items[0].clip] == clips_of(ready, (phrase, TAY))


def test_that_it_is_a_test_cannot_be_chosen_by_hand(ready):
    found = assembled.check(ready.desk, wanted(phrases=(*FLOOD, Phrase.TEST)))
    assert phrases.words_of(Phrase.TEST) not in found.words


def test_the_names_of_villages_are_said_after_the_phrase_that_leads_to_them(ready):
    said = (*FLOOD, Phrase.VILLAGES, of_village("na-pai"), of_village("khau-bang"))
    found = assembled.check(ready.desk, wanted(phrases=said))
    assert found.words[2:5] == (phrases.words_of(Phrase.VILLAGES), "Khau-Bang", "Na-Pai")


def test_a_village_that_understands_none_of_it_is_told_and_warned_all_the_same(ready):
    village_languages.set_languages(ready.desk, OFFICER, {"na-pai": (DAO,)})
    for language in (VI, TAY):
        with ready.desk.writing() as session:
            from controller.records.phrases import PhraseRow
            from tests.fakes.desk import COMMUNE

            if language is VI:
                session.delete(session.get(PhraseRow, (COMMUNE, Phrase.HIGH_GROUND, VI)))
    found = assembled.check(ready.desk, wanted())
    assert [(one.name, one.heard) for one in found.hears] == [("Khau-Bang", (TAY,)), ("Na-Pai", ())]
    assert found.faults == ()
    ready.unlock()
    assembled.send(ready.desk, OFFICER, wanted(rounds=1))
    played = {tuple(item.clip for item in order.act.broadcast.items) for order in ready.doorbell.all_orders()}
    assert played == {tuple(flood(ready, TAY))}


BAD = {
    "nothing chosen": ({"phrases": ()}, [("phrases", FaultCode.NO_PHRASE)]),
    "only a name": ({"phrases": (of_village("na-pai"),)}, [("phrases", FaultCode.NO_PHRASE)]),
    "unknown phrase": ({"phrases": ("meteorite",)}, [("phrases", FaultCode.NO_PHRASE)]),
    "no village": ({"villages": ()}, [("villages", FaultCode.NO_VILLAGE)]),
    "unknown village": ({"villages": ("ha-noi",)}, [("villages", FaultCode.VILLAGE_UNKNOWN)]),
    "no unit": ({"villages": ("coc-thoc",)}, [("villages", FaultCode.NO_UNIT)]),
    "never": ({"rounds": 0}, [("rounds", FaultCode.REPEAT_OUT_OF_RANGE)]),
    "too often": ({"rounds": 4}, [("rounds", FaultCode.REPEAT_OUT_OF_RANGE)]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_choice_is_refused_by_check_and_send_alike(ready, case):
    change, found = BAD[case]
    ready.unlock()
    assert codes(assembled.check(ready.desk, wanted(**change)).faults) == found
    with pytest.raises(Invalid) as error:
        assembled.send(ready.desk, OFFICER, wanted(**change))
    assert codes(error.value.faults) == found
    assert composing.bulletins(ready.desk) == ()


def test_too_many_items_are_refused(ready):
    for phrase in Phrase:
        for language in (TAY, NUNG):
            record(ready, phrase, language)
    while phrases.render_next(ready.desk):
        pass
    meant = tuple(phrase for phrase in Phrase if phrase not in {Phrase.EXERCISE, Phrase.TEST})
    assert codes(assembled.check(ready.desk, wanted(phrases=meant, rounds=2)).faults) == [
        ("phrases", FaultCode.TOO_MANY_ITEMS)
    ]


def test_before_any_phrase_is_spoken_nothing_can_be_put_together(office):
    assert codes(assembled.check(office.desk, wanted()).faults) == [("phrases", FaultCode.PHRASES_INCOMPLETE)]
    assert codes(assembled.check(office.desk, wanted(status=Status.TEST)).faults) == [
        ("status", FaultCode.STATUS_UNSAID)
    ]
