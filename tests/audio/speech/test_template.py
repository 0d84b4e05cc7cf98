import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.speech.template import field_of, fill, fill_document, places_in

VALUES = {"text": "xin chào", "speed": 1.2, "secret.key": "kín"}
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)


def test_values_stand_in_their_places() -> None:
    assert fill("Bearer {secret.key}, {speed}", VALUES) == "Bearer kín, 1.2"
    with pytest.raises(KeyError):
        fill("{voice}", VALUES)


def test_a_place_alone_becomes_the_value_itself() -> None:
    document = {"speed": "{speed}", "told": "x{speed}", "inner": [{"text": "{text}"}, 3, None, True]}
    filled = fill_document(document, VALUES)
    assert filled == {"speed": 1.2, "told": "x1.2", "inner": [{"text": "xin chào"}, 3, None, True]}


def test_every_place_is_found() -> None:
    assert sorted(places_in({"a": "{text} {voice}", "b": [{"c": "{secret.key}"}], "d": 1})) == [
        "secret.key",
        "text",
        "voice",
    ]


@given(st.text())
def test_no_text_can_change_what_is_asked(text: str) -> None:
    filled = fill_document({"input": "{text}", "fixed": 1}, {"text": text})
    assert json.loads(json.dumps(filled)) == {"input": text, "fixed": 1}
    assert fill("{text}", {"text": text}) == text


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("data.url", "here"),
        ("results.1.audio", "b"),
        ("results.2.audio", None),
        ("results.-1.audio", None),
        ("data.url.deeper", None),
        ("nothing", None),
    ],
)
def test_a_dotted_path_leads_to_a_field(path: str, found: object) -> None:
    document = {"data": {"url": "here"}, "results": [{"audio": "a"}, {"audio": "b"}]}
    assert field_of(document, path) == found


@given(JSON, st.text(max_size=12))
def test_any_path_in_any_document_ends_somewhere(document: object, path: str) -> None:
    field_of(document, path)
