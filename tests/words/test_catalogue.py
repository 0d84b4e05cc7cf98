import re
import unicodedata
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor

from audio.documents import Code
from audio.speech.port import Reason as SpeechReason
from audio.studio.refusal import Refusal as UploadRefusal
from controller.domain.limits import Limit
from controller.domain.outcome import BroadcastState, Outcome
from controller.domain.phrases import Part, Phrase
from controller.domain.readiness import Hindrance, Holding, Verdict
from controller.domain.rendition import Language, RenditionStatus
from controller.services.faults import FaultCode
from controller.services.views import AlarmKind, Health
from protocol.names import ClockTrust, DiskHealth, Reason, Refusal, Stage
from schedules.refusal import RuleFault
from schedules.timeline import Outcome as CollisionOutcome
from schedules.vocabulary import BroadcastClass, Status
from words import LANGUAGES, UnknownWord, knows, say, say_code
from words.catalogue import FOLDER, files

ROOT = Path(__file__).parents[2]
SPOKEN = re.compile(r"""(?<![\w.])say\(\s*(f?)["']([^"']+)["']\s*(~?)""")
CHOICE = re.compile(r"""say\(\s*["']([^"']+)["'] if [^)]*? else ["']([^"']+)["']""")

FAMILIES = {
    "alarm": AlarmKind,
    "class": BroadcastClass,
    "clock": ClockTrust,
    "collision": CollisionOutcome,
    "health": Health,
    "language": Language,
    "outcome": Outcome,
    "check-refusing": Limit,
    "disk": DiskHealth,
    "document-refusal": Code,
    "phrase": Phrase,
    "phrase-part": Part,
    "rendition": RenditionStatus,
    "ready": Hindrance,
    "ready-do": Hindrance,
    "ready-holding": Holding,
    "verdict": Verdict,
    "verdict-badge": Verdict,
    "reason": Reason,
    "refusal": Refusal,
    "rule": RuleFault,
    "stage": Stage,
    "state": BroadcastState,
    "status": Status,
}


class Variables(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - named by fluent.syntax
        self.found.add(node.id.name)


def entries(language: str) -> dict[str, set[str]]:
    body = [item for file in files(language) for item in FluentParser().parse(file.read_text(encoding="utf-8")).body]
    assert [item.content for item in body if isinstance(item, Junk)] == []
    found: dict[str, set[str]] = {}
    for item in body:
        if isinstance(item, Message):
            assert item.id.name not in found, f"{language}: {item.id.name} stands twice"
            variables = Variables()
            variables.visit(item)
            found[item.id.name] = variables.found
    return found


IN_THE_CATALOGUE_ITSELF = {"unknown-code"}


def sources() -> list[Path]:
    rooms = [ROOT / "controller", ROOT / "loalang"]
    return [path for room in rooms for kind in ("*.py", "*.html") for path in room.rglob(kind)]


def used_keys() -> set[str]:
    used: set[str] = set()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        for choice in CHOICE.finditer(text):
            used.update(choice.groups())
        used.update(key for formatted, key, joined in SPOKEN.findall(text) if not formatted and not joined)
    return used


def test_every_catalogue_has_the_same_keys_and_variables():
    first, *others = (entries(language) for language in LANGUAGES)
    for other in others:
        assert other == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_is_in_nfc(language: str):
    for file in files(language):
        text = file.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), file.name


def test_every_key_that_pages_and_code_name_exists():
    used = used_keys()
    assert len(used) > 150
    assert sorted(used - entries("vi").keys()) == []


@pytest.mark.parametrize(("family", "codes"), FAMILIES.items(), ids=FAMILIES.keys())
def test_every_code_of_every_list_has_words(family: str, codes):
    assert [code for code in codes if not knows(f"{family}-{code}")] == []


@pytest.mark.parametrize("code", sorted({*SpeechReason, *UploadRefusal, *RenditionStatus} - {"ready", "failed"}))
def test_every_code_of_the_studio_has_words(code: str):
    assert "Mã chưa rõ" not in say_code("voice", code)


@pytest.mark.parametrize("code", [code for code in FaultCode if code is not FaultCode.RULE])
def test_every_fault_has_words(code: FaultCode):
    assert knows(f"fault-{code}")


def test_a_sentence_takes_its_values():
    assert say("sitting-ready", ready=3, of=4) == "3/4 cụm sẵn sàng"
    assert say("fault-text-too-long", length=20000, limit=10000).startswith(
        "Nội dung dài 20.000 ký tự, tối đa là 10.000."
    )


def test_an_unknown_key_and_a_missing_value_are_errors():
    with pytest.raises(UnknownWord):
        say("no-such-key")
    with pytest.raises(UnknownWord):
        say("sitting-ready", ready=3)
    with pytest.raises(UnknownWord):
        say("product", "xx")


def test_a_code_of_newer_software_is_shown_as_it_came():
    assert say_code("reason", "meteorite") == "Mã chưa rõ: meteorite"
    assert say_code("voice", "not_audio").startswith("Tệp này không phải tệp âm thanh")


def test_no_key_of_the_pages_is_left_over():
    families = tuple(f"{name}-" for name in (*FAMILIES, "fault", "voice", "engine", "weekday", "lunar", "error"))
    dynamic = ("tab-", "step-", "when-", "every-", "send-", "plan-missing-", "plan-unreadable-", "sound-", "relay-")
    named = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    unused = [
        key
        for key in re.findall(r"^([a-z][a-z0-9-]*) =", (FOLDER / "vi.ftl").read_text(encoding="utf-8"), re.MULTILINE)
        if not key.startswith((*families, *dynamic)) and f'"{key}"' not in named and f"'{key}'" not in named
    ]
    assert set(unused) <= IN_THE_CATALOGUE_ITSELF
