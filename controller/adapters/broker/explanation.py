"""The page that lies beside the generated Mosquitto files: what each is, how to install them, why each line is there.

For an administrator who has never seen this project; so it is written in Vietnamese and in English, from the
catalogue, and every line of the configuration that stands beside it is explained in it.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from words import say

_FILES = (
    ("mosquitto.conf", "configuration"),
    ("reload.conf", "reload"),
    ("passwords", "passwords"),
    ("acl", "acl"),
    ("ca.pem", "ca"),
    ("server.pem", "server"),
    ("systemd/mosquitto.service.d/loalang.conf", "drop-in"),
    ("systemd/loalang-broker-files.*", "follow"),
)


def explanation(language: str, configuration: Sequence[str], at: PurePosixPath) -> str:
    """Return the page in Markdown; `at` is the folder on the broker's machine."""
    files = [f"| `{name}` | {say(f'broker-file-{key}', language)} |" for name, key in _FILES]
    lines = [f"| `{line}` | {_why(line, language)} |" for line in configuration]
    parts = [
        [f"# {say('broker-doc-title', language)}", "", say("broker-doc-intro", language)],
        [f"## {say('broker-doc-files', language)}", "", "| | |", "|---|---|", *files],
        [f"## {say('broker-doc-install', language)}", "", *_steps(language, at)],
        [f"## {say('broker-doc-accounts', language)}", "", *_following(language, at)],
        [f"## {say('broker-doc-certificates', language)}", "", say("broker-doc-certificates-text", language)],
        [f"## {say('broker-doc-lines', language)}", "", "| | |", "|---|---|", *lines],
        [f"## {say('broker-doc-check', language)}", "", say("broker-doc-check-text", language), *_check(at)],
    ]
    return "\n\n".join("\n".join(part).rstrip("\n") for part in parts) + "\n"


def option_of(line: str) -> str:
    """Return the name of what a line of `mosquitto.conf` sets."""
    return line.partition(" ")[0]


def _why(line: str, language: str) -> str:
    return say(f"broker-line-{option_of(line).replace('_', '-')}", language)


def _steps(language: str, at: PurePosixPath) -> list[str]:
    return [
        f"1. {say('broker-step-package', language)}",
        *_code("apt install mosquitto mosquitto-clients"),
        f"2. {say('broker-step-folder', language)}",
        *_code(f"install -d -o mosquitto -g mosquitto -m 0700 {at}"),
        f"3. {say('broker-step-write', language)}",
        *_code(f"loalang controller broker-files --to {at} --host NAME"),
        f"4. {say('broker-step-drop-in', language)}",
        *_code(
            f"install -D -t /etc/systemd/system/mosquitto.service.d {at}/systemd/mosquitto.service.d/loalang.conf",
            "systemctl daemon-reload",
            "systemctl restart mosquitto",
        ),
        f"5. {say('broker-step-controller', language)}",
        *_code("[broker]", 'kind = "external"', 'host = "NAME"', "tls = true"),
        f"6. {say('broker-step-firewall', language)}",
        *_code(
            "nft add rule inet filter input tcp dport 8883 ct state new meter units { ip saddr ct count over 300 } drop"
        ),
    ]


def _following(language: str, at: PurePosixPath) -> list[str]:
    return [
        say("broker-doc-accounts-text", language),
        *_code(
            f"install -m 0644 {at}/systemd/loalang-broker-files.* /etc/systemd/system/",
            "systemctl enable --now loalang-broker-files.path loalang-broker-files.timer",
        ),
        say("broker-doc-accounts-elsewhere", language),
        *_code(
            f"loalang controller broker-files --to COPY --at {at} --host NAME",
            f"rsync -a --chown=mosquitto:mosquitto COPY/ root@NAME:{at}/",
            "ssh root@NAME systemctl reload mosquitto",
        ),
    ]


def _check(at: PurePosixPath) -> list[str]:
    return _code(
        f"mosquitto_sub -h NAME -p 8883 --cafile {at}/ca.pem -i observer -u observer -P PASSWORD -v -t 'loalang/#'"
    )


def _code(*lines: str) -> list[str]:
    return ["", *(f"       {line}" for line in lines), ""]
