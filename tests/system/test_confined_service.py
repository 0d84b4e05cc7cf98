"""The controller's own service file, with a short program in place of the controller: what its children may still do.

A small system is booted beside this one (systemd-nspawn, from this machine's own /usr), because only systemd knows
what its settings together forbid.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVICE = ROOT / "systemd" / "loalang-controller.service"
CALLS = "seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self"
PROGRAM = """
import sys, wave
from pathlib import Path
sys.path.insert(0, {root!r})
from audio.child import Limits, best_confinement
from audio.documents import text_of
from audio.ffmpeg import Ffmpeg, Source
from audio.formats import WAV
from audio.speech.espeak import Espeak
from tests.fakes.office_files import docx, p
folder = Path("/tmp")
with wave.open("/tmp/a.wav", "wb") as file:
    file.setparams((1, 2, 16000, 0, "NONE", ""))
    file.writeframes(bytes(64000))
(folder / "a.docx").write_bytes(docx(p("Mời bà con họp thôn")))
limits = Limits(60, 20, 1 << 30, 1)
heard = Ffmpeg().process(Source(folder / "a.wav", WAV), "anull", ("-f", "null", "pipe:1"), result=None, limits=limits)
print("reached:", best_confinement())
print("ffmpeg:", heard.done_s)
print("document:", text_of(folder / "a.docx").text)
print("voice:", bool(Espeak().speak("Kính thưa bà con.", "vi").samples))
"""


def _service(program: str) -> str:
    """As it is delivered, but for what it starts, and that it ends when that has ended."""
    text = (
        SERVICE.read_text(encoding="utf-8")
        .replace("Type=notify", "Type=oneshot")
        .replace("Restart=always", "Restart=no")
    )
    text = re.sub(r"^(NotifyAccess|WatchdogSec|Wants|After)=.*\n", "", text, flags=re.MULTILINE)
    begins = f"ExecStartPre=+/bin/chmod go+x /root\nExecStart={sys.executable} {program}\nStandardOutput=file:/out/said"
    text = re.sub(r"^ExecStart=.*", begins, text, flags=re.MULTILINE).replace("ProtectHome=yes\n", "")
    ends = "DefaultDependencies=no\nSuccessAction=poweroff-force\nFailureAction=poweroff-force\n[Service]"
    return text.replace("[Service]", ends, 1)


@pytest.mark.soak
@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("systemd-nspawn"), reason="root and systemd-container needed")
def test_inside_the_service_strangers_files_are_held_completely(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM.format(root=str(ROOT)), encoding="utf-8")
    (tmp_path / "trial.service").write_text(_service("/trial/program.py"), encoding="utf-8")
    tmp_path.chmod(0o755)
    out = tmp_path / "out"
    out.mkdir()
    (out / "said").touch(mode=0o666)
    shown = [f"--bind-ro={place}" for place in {str(ROOT), sys.prefix, sys.base_prefix} if not place.startswith("/usr")]
    mounts = [f"--bind-ro={tmp_path}:/trial", f"--bind={out}:/out"]
    unit = f"--bind-ro={tmp_path / 'trial.service'}:/etc/systemd/system/trial.service"
    allowed = f"--system-call-filter={CALLS}"
    boot = ["systemd-nspawn", "-q", "--register=no", "--keep-unit", "-D", "/", "--volatile=yes", allowed]
    command = [*boot, *shown, *mounts, unit, "-b", "systemd.unit=trial.service"]
    subprocess.run(command, check=False, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
    assert (out / "said").read_text(encoding="utf-8").splitlines() == [
        "reached: limits + system-calls + landlock",
        "ffmpeg: 2.0",
        "document: Mời bà con họp thôn",
        "voice: True",
    ]
