"""One visit of the doctor: the looks for this machine, a line for each, and how many need a hand."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from loalang.doctor.finding import Finding, Look, Severity, examine
from loalang.terminal import say, tell

DESK_FOLDERS = (Path("/var/lib/loalang"), Path("var/demo/controller"))
UNIT_FILE = Path("/etc/loalang/unit.toml")


def main(argv: Sequence[str]) -> int:
    """Print every finding; 0 when nothing is broken, 1 when something is, 2 when there is nothing to look at."""
    options = _parser().parse_args(argv)
    looks = _looks(options)
    if not looks:
        tell(say("doctor-nothing-here"))
        return 2
    findings = examine(looks)
    for finding in findings:
        tell(told(finding))
    wrong = [finding for finding in findings if finding.severity is not Severity.OK]
    tell(say("doctor-some-wrong", count=len(wrong)) if wrong else say("doctor-all-well"))
    return int(any(finding.severity is Severity.FAIL for finding in findings))


def told(finding: Finding) -> str:
    """Return the line for a finding: what was looked at and, when it is not well, what was found and what to do."""
    check = say(f"doctor-{finding.check}")
    if finding.severity is Severity.OK:
        return say("doctor-ok", check=check)
    found = say(f"doctor-{finding.check}-{finding.fault}", **finding.values)
    return say(f"doctor-{finding.severity}", check=check, found=found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loalang doctor", description=say("command-doctor"))
    parser.add_argument("--data", type=Path, help=say("say-help-data"))
    parser.add_argument("--config", type=Path, help=say("doctor-help-config"))
    parser.add_argument("--simulate", action="store_true", help=say("doctor-help-simulate"))
    return parser


def _looks(options: argparse.Namespace) -> list[Look]:
    unit = options.config or (UNIT_FILE if UNIT_FILE.exists() and options.data is None else None)
    if unit is not None:
        from loalang.doctor import unit as at_unit

        return list(at_unit.looks(unit, simulate=options.simulate))
    data = options.data or next((folder for folder in DESK_FOLDERS if folder.exists()), None)
    if data is None:
        return []
    from loalang.doctor import desk as at_desk

    return list(at_desk.looks(data))
