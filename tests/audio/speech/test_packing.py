from hypothesis import given
from hypothesis import strategies as st

from audio.speech.packing import LIMIT, pack

WORDS = st.lists(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ", min_size=1, max_size=12), min_size=1, max_size=80)
JOINTS = st.sampled_from([" ", ", ", ". ", "; ", "\n", "! ", " – "])


@given(WORDS, st.data())
def test_every_word_once_in_order_and_never_too_long(words: list[str], data: st.DataObject) -> None:
    text = words[0] + "".join(data.draw(JOINTS) + word for word in words[1:])
    pieces = pack(text)
    assert all(0 < len(piece) <= LIMIT for piece in pieces)
    assert "".join(filter(str.isalnum, "".join(pieces))) == "".join(words)


@given(st.text(max_size=400))
def test_any_text_is_cut_without_losing_a_letter(text: str) -> None:
    kept = "".join(pack(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_sentences_are_packed_together() -> None:
    assert pack("Một. Hai, ba. Bốn!") == ["Một. Hai, ba. Bốn!"]


def test_a_long_text_is_cut_at_sentences_before_commas_before_words() -> None:
    sentence = "a" * 30 + ", " + "b" * 30 + "."
    assert pack(f"{sentence} {sentence}") == [sentence, sentence]
    long = "c" * 60 + ", " + "d" * 60
    assert pack(long) == ["c" * 60 + ",", "d" * 60]
    assert pack("e" * 60 + " " + "f" * 60) == ["e" * 60, "f" * 60]
    assert pack("g" * 250) == ["g" * 100, "g" * 100, "g" * 50]


def test_few_requests_for_a_notice() -> None:
    notice = "Mời bà con đến họp, đúng giờ, đông đủ. " * 25
    assert len(pack(notice)) <= len(notice) / LIMIT * 1.4


def test_punctuation_alone_asks_for_nothing() -> None:
    assert pack(" ... !\n-\n") == []
