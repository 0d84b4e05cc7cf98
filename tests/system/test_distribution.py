"""What is installed: every room with its data, nothing else; and a unit without the desk."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {"audio", "controller", "edge", "loalang", "protocol", "schedules", "words"}


def test_the_wheel_holds_every_room_with_its_data_and_nothing_else(tmp_path: Path) -> None:
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("loalang-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == ROOMS
    for needed in (
        "audio/reading/abbreviations.toml",
        "words/vi.ftl",
        "words/terminal.vi.ftl",
        "controller/records/migrations/env.py",
        "controller/web/static/desk.css",
        "controller/web/static/vendor/names.json",
        "controller/web/layout/templates/layout/base.html",
        "protocol/py.typed",
    ):
        assert needed in names, needed


def test_a_unit_loads_nothing_of_the_desk() -> None:
    heavy = ["controller", "flask", "sqlalchemy", "apscheduler", "pydub", "gtts", "amqtt", "numpy", "words"]
    code = f"import sys, edge.__main__; print(sorted(set({heavy!r}) & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
