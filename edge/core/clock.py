"""The clock of a decision, and the questions that keep it right.

A decision goes by the clock that `edge.core.timekeeper` believes. The controller is asked for the time at once while no
clock is trusted, when the machine's clock departs from the one believed, and when an order waits to be proven fresh;
else by the hour. Only the answer to a question of this unit's own, by its nonce, and within ANSWER_S, counts.
"""

from edge.core import timekeeper
from edge.core.decision import Decision
from edge.core.effects import AskClock
from edge.core.memory import Newest
from edge.core.state import Question
from edge.core.timekeeper import Anchors
from protocol.envelope import Refused
from protocol.keys import encode_bytes
from protocol.messages import ClockAnswer
from protocol.names import KeyId, Refusal

ANSWER_S = 10.0
"""An answer that took longer is too uncertain to be used."""
OUTSTANDING = 4
"""So many questions may be waiting for their answers."""
RETRY_FIRST_S, RETRY_LONGEST_S = 3.0, 300.0
HURRY_S = 2.0
"""A question younger than this is waited for before another is asked."""
HOUR_S = 3600.0


def look(decision: Decision) -> None:
    """Turn the machine's clock into the one that is believed, and note what was learnt from it."""
    state, raw = decision.state, decision.raw
    anchors = timekeeper.observe(state.anchors, raw)
    belief = timekeeper.believe(anchors, raw, state.newest.signed)
    if anchors is not state.anchors:
        decision.keep_anchors(anchors)
    decision.now = belief.instant
    decision.change(belief=belief)
    _notice_dispute(decision, belief.dispute_s)


def recall(decision: Decision, anchors: Anchors) -> None:
    """Take up what an earlier process since the same power-on knew of the time."""
    kept = timekeeper.recalled(anchors, decision.state.setting.machine_boot, decision.raw.mono)
    decision.change(anchors=kept)
    look(decision)


def watch(decision: Decision) -> None:
    """Notice from when until when no clock was trusted: what came due in between says so."""
    since = decision.state.untrusted_since
    if not decision.now.trusted:
        if since is None:
            decision.change(untrusted_since=decision.now.mono, untrusted_from=None)
            decision.log("clock-not-trusted", warning=True, clock=decision.now.trust)
    elif since is not None:
        decision.change(untrusted_since=None, untrusted_from=decision.now.wall_of(since))
        decision.log("clock-trusted", after_s=round(decision.now.mono - since))


def hurry(decision: Decision) -> None:
    """Ask now, unless an answer may be on its way."""
    state, mono = decision.state, decision.raw.mono
    if not any(mono - question.asked < HURRY_S for question in state.questions):
        decision.change(ask_at=mono, unanswered=0)


def on_link(decision: Decision) -> None:
    """With a new link, ask what could not be asked without one."""
    signed = decision.state.anchors.signed
    if not decision.now.trusted or signed is None or decision.raw.mono - signed.mono > HOUR_S:
        hurry(decision)


def on_answer(decision: Decision, answer: ClockAnswer, signer: KeyId) -> None:
    """Take the controller's time; `Refused` when it answers no question that waits."""
    state, raw = decision.state, decision.raw
    asked = next((question for question in state.questions if question.nonce == answer.nonce), None)
    if asked is None or raw.mono - asked.asked > ANSWER_S:
        raise Refused(Refusal.REPLAYED, "no question waits for this answer")
    decision.change(questions=(), unanswered=0, ask_at=raw.mono + HOUR_S * (0.75 + 0.5 * raw.chance))
    decision.keep_anchors(timekeeper.answered(state.anchors, answer.at, asked.asked, raw, signer))
    newest = decision.state.newest.signed
    if newest is not None and answer.at < newest - timekeeper.BEFORE_NEWEST:
        decision.keep_newest(Newest(answer.at))
    look(decision)
    decision.log("clock-answered", took_ms=round(1000 * (raw.mono - asked.asked)), clock=decision.now.trust)


def ask(decision: Decision) -> None:
    """Ask the controller for the time when it is time to."""
    state, raw = decision.state, decision.raw
    if not state.link or raw.mono < state.ask_at or not raw.nonce:
        return
    question = Question(encode_bytes(raw.nonce), raw.mono)
    waiting = [each for each in state.questions if raw.mono - each.asked <= ANSWER_S]
    delay_s = min(RETRY_FIRST_S * 2.0 ** min(state.unanswered, 10), RETRY_LONGEST_S) * (0.75 + 0.5 * raw.chance)
    decision.change(
        questions=(*waiting[-OUTSTANDING + 1 :], question),
        unanswered=state.unanswered + 1,
        ask_at=raw.mono + delay_s,
    )
    decision.do(AskClock(question.nonce))


def first_word_until(decision: Decision) -> float | None:
    """The mono second until which the controller's first word since power-on may come, None when none is expected.

    A time server that lies is found out by it. Who lets the first question of a link lapse holds up nothing.
    """
    state, mono = decision.state, decision.raw.mono
    if not state.link or state.anchors.signed is not None or not 0 < state.unanswered <= len(state.questions):
        return None
    until = state.questions[0].asked + ANSWER_S
    return until + 0.001 if mono <= until else None


def next_question(decision: Decision) -> float | None:
    """The mono second of the next question, None when none can be asked."""
    state = decision.state
    return state.ask_at if state.link and state.ask_at > decision.raw.mono else None


def _notice_dispute(decision: Decision, dispute_s: float | None) -> None:
    """Ask once for each step of the machine's clock: as long as it stays where it went there is nothing new to say."""
    before = decision.state.disputed_s
    if dispute_s is None:
        decision.change(disputed_s=None)
        return
    if before is None or abs(dispute_s - before) > timekeeper.TOLERANCE_S:
        decision.change(disputed_s=dispute_s)
        decision.log("clock-disputed", warning=True, by_s=round(dispute_s, 1))
        hurry(decision)
