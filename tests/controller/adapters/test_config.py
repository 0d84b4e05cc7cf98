"""A bad value stops the start and names its key."""

import pytest

from controller.config import BadConfiguration, ControllerConfig, Speech, read_config


def write(folder, text: str) -> None:
    (folder / "controller.toml").write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults_hold(tmp_path):
    assert read_config(tmp_path) == ControllerConfig()
    assert ControllerConfig().url(8080) == "http://127.0.0.1:8080"


def test_what_is_written_counts(tmp_path):
    write(tmp_path, 'speech = "gtts,espeak"\n[web]\nport = 9000\npublic_url = "https://xa.example/"\n')
    config = read_config(tmp_path)
    assert (config.speech, config.web.port) == (Speech.GTTS_ESPEAK, 9000)
    assert config.url(9000) == "https://xa.example"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[web]\nport = 70000", "web.port"),
        ("[web]\nprot = 8080", "prot"),
        ('[web]\npublic_url = "xa.example"', "web.public_url"),
        ('[web]\npublic_url = "ftp://xa.example"', "web.public_url"),
        ('speech = "siri"', "speech"),
        ("[limits]\nlost_after_s = 120", "lost_after_s"),
        ("[limits]\nhorizon_days = 0", "horizon_days"),
        ("= broken", "controller.toml"),
    ],
)
def test_a_bad_value_is_named(tmp_path, text, key):
    write(tmp_path, text)
    with pytest.raises(BadConfiguration, match=key):
        read_config(tmp_path)
