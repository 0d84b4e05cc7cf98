"""Runs the targets under atheris (libFuzzer), one after the other in processes of their own, and counts.

`python -m tests.fuzz.fuzz --seconds 600 [--only notice,rule] [--folder var/fuzz]`

What a target learned stays in `<folder>/<target>/`, and is where the next run begins; an input that broke it lies
beside it as `<target>-crash-<sha1>`. Every run adds a line to `<folder>/runs.jsonl`.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOMS = ["audio", "controller", "edge", "protocol", "schedules", "words", "tomllib", "tests.edge.world"]
EXECUTED = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
HANGS_S = 30


def main() -> int:
    """Run as asked; 1 when a target broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--only", default="", help="names, parted by commas")
    parser.add_argument("--folder", type=Path, default=Path("var/fuzz"))
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked, rest = parser.parse_known_args()
    if asked.child:
        fuzz(asked.child, rest)
    from tests.fuzz.targets import TARGETS

    names = [name for name in TARGETS if name in asked.only.split(",") or not asked.only]
    second = asked.seconds / sum(TARGETS[name].share for name in names)
    runs = [run(name, max(1, round(second * TARGETS[name].share)), asked.folder) for name in names]
    for line in runs:
        print(f"{line['target']:16} {line['executions']:>10} executions {line['seconds']:>6} s  {line['end']}")
    return int(any(line["end"] != "ok" for line in runs))


def fuzz(name: str, arguments: list[str]) -> None:
    """Hand this process over to libFuzzer; never returns."""
    import atheris

    with atheris.instrument_imports(include=ROOMS):
        from tests.fuzz import json_changes
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        if seed % 3 == 0:
            return atheris.Mutate(data, most)
        return json_changes.change(data, Random(seed))[:most]

    more = {"custom_mutator": mutated} if target.structured else {}
    atheris.Setup([name, *arguments, f"-max_len={target.longest}"], target.run, **more)
    atheris.Fuzz()


def run(name: str, seconds: int, folder: Path) -> dict[str, object]:
    """One target in a process of its own; what came of it."""
    from tests.fuzz.target import FOLDER, PLACE
    from tests.fuzz.targets import TARGETS

    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[name].examples()):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-timeout={HANGS_S}", "-rss_limit_mb=1024", "-print_final_stats=1"]
    command = [sys.executable, "-m", "tests.fuzz.fuzz", "--child", name, *options, "-verbosity=0"]
    command += [f"-artifact_prefix={folder}/{name}-", str(corpus)]
    with TemporaryDirectory(dir=FOLDER, prefix="loalang-fuzz-") as place:
        environment = os.environ | {PLACE: place}
        ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    said = ended.stderr.decode("utf-8", "replace") + ended.stdout.decode("utf-8", "replace")
    executed = EXECUTED.search(said)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "target": name,
        "seconds": seconds,
        "executions": int(executed[1]) if executed else 0,
        "end": "ok" if ended.returncode == 0 else f"broke ({ended.returncode})",
    }
    if ended.returncode:
        (folder / f"{name}.log").write_text(said, encoding="utf-8")
    with (folder / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return line


if __name__ == "__main__":
    sys.exit(main())
