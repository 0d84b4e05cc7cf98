"""A bad value stops the start and names its key."""

import re
from pathlib import Path

import pytest

from audio.speech.https_description import Region
from controller.config import BadConfiguration, ControllerConfig, ordered, read_config
from controller.speech_config import Speech

DOCS = Path(__file__).parents[3] / "docs"
SERVICE = """[[speech.https]]
name = "tinh"
url = "https://giong.example/tts"
text = "{text}"
answer = { kind = "audio" }
"""

VOICED = SERVICE.replace('text = "{text}"', 'text = "{text}{voice}"\nvoices = { north = "mai" }')


def write(folder, text: str) -> None:
    (folder / "controller.toml").write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults_hold(tmp_path):
    assert read_config(tmp_path) == ControllerConfig()
    assert ControllerConfig().url(8080) == "http://127.0.0.1:8080"


def test_what_is_written_counts(tmp_path):
    write(tmp_path, 'speech = "gtts,espeak"\n[web]\nport = 9000\npublic_url = "https://xa.example/"\n')
    config = read_config(tmp_path)
    assert (config.speech, config.web.port) == (Speech(order=("gtts", "espeak")), 9000)
    assert config.url(9000) == "https://xa.example"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[web]\nport = 70000", "web.port"),
        ("[web]\nprot = 8080", "prot"),
        ('[web]\npublic_url = "xa.example"', "web.public_url"),
        ('[web]\npublic_url = "ftp://xa.example"', "web.public_url"),
        ('speech = "siri"', "siri.*speech"),
        ("speech = 7", "speech"),
        ('[speech]\norder = ["siri"]', "order: 'siri' is none of espeak, gtts, piper.*speech"),
        ('[speech]\norder = ["gtts", "gtts"]', "order: 'gtts' stands twice.*speech"),
        ('[speech]\norder = "gtts"', "speech.order"),
        ('[speech]\norder = ["piper:../x"]', "order.*piper:"),
        ('[speech]\nemergency = ["fpt"]', "emergency: 'fpt'"),
        ("[speech]\nemergency_s = 0", "speech.emergency_s"),
        ('[speech]\nregion = "west"', "speech.region"),
        ("[speech]\nkept_mb = -1", "speech.kept_mb"),
        ('[speech]\nspeed = "fast"', "speed"),
        ("[speech.espeak]\nrate = 20", "speech.espeak.rate"),
        ("[speech.espeak]\nvolume = 101", "speech.espeak.volume"),
        ("[speech.gtts]\nbetween_s = 0", "speech.gtts.between_s"),
        ("[speech.piper]\nspeed = 9", "speech.piper.speed"),
        ("[speech.piper]\nprogram = 7", "speech.piper.program"),
        ('[[speech.https]]\nname = "tinh"', "speech.https"),
        (f'[speech]\nregion = "south"\n{VOICED}', "https: 'tinh' has no voice for region south"),
        (f"{SERVICE.replace('tinh', 'gtts')}", "https: 'gtts' is the name of a voice of our own"),
        (f"{SERVICE}{SERVICE}", "https: two services are named 'tinh'"),
        (f"{SERVICE.replace('https://', 'http://')}", "'tinh': url.*speech.https"),
        ("[limits]\nlost_after_s = 120", "lost_after_s"),
        ("[limits]\nhorizon_days = 0", "horizon_days"),
        ("= broken", "controller.toml"),
    ],
)
def test_a_bad_value_is_named(tmp_path, text, key):
    write(tmp_path, text)
    with pytest.raises(BadConfiguration, match=key):
        read_config(tmp_path)


def test_the_voices_in_full(tmp_path):
    text = """[speech]
order = ["piper", "tinh", "piper:giong-b", "gtts"]
emergency = ["piper"]
region = "south"
kept_mb = 0
[speech.piper]
voice = "giong-a"
program = ["/opt/piper/bin/python", "-m", "piper"]
[speech.gtts]
slow = true
[speech.espeak]
rate = 120
"""
    write(tmp_path, text + SERVICE)
    speech = read_config(tmp_path).speech
    assert speech.asked(voice_installed=False) == ("piper", "tinh", "piper:giong-b", "gtts", "espeak")
    assert (speech.region, speech.kept_mb, speech.espeak.rate, speech.gtts.slow) == (Region.SOUTH, 0, 120, True)
    assert speech.piper.command() == ("/opt/piper/bin/python", "-m", "piper")
    assert [one.name for one in speech.https] == ["tinh"]


def test_without_an_order_piper_is_asked_where_a_voice_is_and_nobody_over_the_internet():
    assert Speech().asked(voice_installed=False) == ("espeak",)
    assert Speech().asked(voice_installed=True) == ("piper", "espeak")
    assert Speech(order=("espeak", "gtts")).asked(voice_installed=True) == ("espeak", "gtts")


@pytest.mark.parametrize("line", ["gtts,espeak", " gtts , espeak,"])
def test_the_form_of_the_first_release_is_still_understood(tmp_path, line):
    write(tmp_path, f'speech = "{line}"')
    assert read_config(tmp_path).speech.order == ("gtts", "espeak")


def test_the_command_line_changes_the_order_alone():
    speech = ordered(Speech(kept_mb=7), "gtts")
    assert (speech.order, speech.kept_mb) == (("gtts",), 7)
    with pytest.raises(BadConfiguration, match="speech: order: 'siri'"):
        ordered(Speech(), "siri")


def test_a_file_that_is_no_utf8_is_named(tmp_path):
    (tmp_path / "controller.toml").write_bytes(b"speech = '\xff'")
    with pytest.raises(BadConfiguration, match=r"controller\.toml"):
        read_config(tmp_path)


@pytest.mark.parametrize("page", ["speech.md", "operations.md"])
def test_what_the_documents_show_is_understood(tmp_path, page):
    blocks = re.findall(r"```toml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        described = (DOCS / "voices" / "fpt.toml").read_text(encoding="utf-8")
        write(tmp_path, f"{block}\n{described}")
        assert read_config(tmp_path).speech.https[0].name == "fpt"


def test_every_example_is_named_in_the_documents():
    text = (DOCS / "speech.md").read_text(encoding="utf-8")
    examples = sorted((DOCS / "voices").glob("*.toml"))
    assert len(examples) == 4
    assert all(f"(voices/{path.name})" in text for path in examples)
