"""The walk through a notice: at every place the first rule that answers makes a span, and nothing is left over."""

import re
from typing import Final

from audio.reading import assembly, codes, rates, roman, rules, signature, web
from audio.reading.abbreviations import DEFAULT, Abbreviations
from audio.reading.line_breaks import heal
from audio.reading.marks import SILENT
from audio.reading.normal_form import normalise
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import LIKELY, SURE, Question, Reading, Span
from audio.reading.syllables import is_unmarked_syllable
from audio.reading.vocabulary import WORD, read_word

_SPACES: Final = re.compile(r" ++")
_SPACE_BEFORE_SIGN: Final = re.compile(r" {1,3}(?=[-–/])")
_SHOUTED_SHARE: Final = 0.7
_SHOUTED_LEAST: Final = 2
"""Words: a line with one word in capitals among abbreviations is not yet a line in capitals."""


def _is_shouted(line: str) -> bool:
    letters = sum(sign.isalpha() for sign in line)
    if not letters or sum(sign.isupper() for sign in line) <= _SHOUTED_SHARE * letters:
        return False
    words = [word for word in WORD.findall(line) if len(word) > 1 and word.isupper() and roman.parse(word) is None]
    return sum(is_unmarked_syllable(word) for word in words) >= _SHOUTED_LEAST


def _try(table: tuple[Rule, ...], place: Place) -> tuple[str, Said] | None:
    for rule in table:
        match = rule.pattern.match(place.text, place.at)
        said = rule.say(match, place) if match else None
        if match and said is not None:
            return rule.name, said if said.end is not None else said._replace(end=match.end())
    return None


def _lettered(place: Place) -> tuple[str, Said] | None:
    match = WORD.match(place.text, place.at)
    if match is None:
        return None
    word = match[0].lower()
    if place.text[match.end() : match.end() + 1] in (".", "@", ":", "-", "_", *"0123456789") and match[0].isascii():
        said = _try((web.RULE,), place)
        if said is not None:
            return said
    said = _try(codes.LETTERED, place) if word in codes.LETTERED_WORDS else None
    if said is None and place.text[match.end() : match.end() + 1] == "/":
        said = _try((rates.LABEL,), place)
    return said or read_word(place)


def _spaces(place: Place) -> tuple[str, Said] | None:
    """Spaces belong to a dash or slash that follows them, so that "7 - 9" is one sign."""
    match = _SPACES.match(place.text, place.at)
    if match is None:
        return None
    said = _try(rules.SIGNS, place) if _SPACE_BEFORE_SIGN.match(place.text, place.at) else None
    if said is not None and said[0] in ("dash", "rate"):
        return said
    return "space", Said("", SURE, match.end())


def _step(place: Place) -> tuple[str, Said]:
    sign = place.text[place.at]
    if sign == "\n":
        return "line", Said(".", SURE, place.at + 1)
    if place.at in place.mute:
        return SILENT, Said("", LIKELY, place.mute[place.at])
    if sign == " ":
        answer = _spaces(place)
    elif "0" <= sign <= "9":
        answer = _try((web.RULE,), place) if "@" in place.ahead(place.at) else None
        answer = answer or _try(rules.DIGITS, place)
    else:
        answer = _lettered(place) or _try(rules.SIGNS, place)
    return answer or (SILENT, Said("", SURE, place.at + 1))


def _span(source: str, start: int, rule: str, said: Said) -> Span:
    end = said.end if said.end is not None else start + 1
    written = source[start:end]
    if rule == "space" and "\n" in written:
        rule = "healed"
    elif rule not in ("space", "line") and not said.spoken:
        rule = SILENT
    return Span(start, end, written, said.spoken, rule, said.confidence)


def read(text: str, abbreviations: Abbreviations = DEFAULT) -> Reading:
    """Everything that will be said for a notice, piece by piece. Never raises on any text; linear in its length."""
    source = normalise(text)
    place = Place(heal(source), abbreviations)
    place.mute = signature.distribution(place.text)
    line_ends = [index for index, sign in enumerate(source) if sign == "\n"] + [len(source)]
    spans: list[Span] = []
    questions: list[Question] = []
    line, line_start = 0, 0
    place.shouting = _is_shouted(source[: line_ends[0]])
    while place.at < len(source):
        rule, said = _step(place)
        span = _span(source, place.at, rule, said)
        spans.append(span)
        if said.choices:
            questions.append(
                Question(span.source_start, span.source_end, span.source.rstrip("."), said.choices, said.spoken)
            )
        place.at = span.source_end
        if span.spoken:
            place.rule = "" if rule == "line" else rule
        while place.at > line_ends[line]:
            line_start, line = line_ends[line] + 1, line + 1
            place.shouting = _is_shouted(source[line_start : line_ends[line]])
    return Reading(source, tuple(spans), assembly.whole(spans), assembly.lines(spans, source), tuple(questions))


def spoken_lines(text: str) -> list[str]:
    """One spoken line for each line of the text: what `loalang read` prints."""
    return list(read(text).lines)


def read_line(text: str) -> str:
    """The spoken form of one line; further lines are joined to it as sentences."""
    return read(text).spoken if "\n" in text.strip() else " ".join(line for line in read(text).lines if line)
