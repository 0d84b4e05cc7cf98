"""`loalang controller recover`: the page of recovery on the command line, for who works without a browser."""

import argparse

from controller.adapters.offline import Unattached
from controller.assembly import Office, open_keys, staff
from controller.domain.setback import Choice
from controller.services import recovery
from controller.services.views import SetBackView, User
from protocol.names import UnitId
from words import say

CONSOLE = User(id="console", name="console", shown_name="loalang controller recover", epoch=0)
"""Who is written down as having chosen."""


def recover(office: Office, options: argparse.Namespace) -> int:
    """Show the units that hold a later plan than this desk; with a choice, carry it out for them.

    The running controller signs and sends the new programmes at its next roll.
    """
    crew = staff(office, lambda _commune: Unattached())
    open_keys(crew)
    found = recovery.setbacks(crew.desk)
    chosen: list[str] = options.unit or [one.unit for one in found]
    if options.choice is not None and chosen:
        recovery.choose(crew.desk, CONSOLE, units=[UnitId(unit) for unit in chosen], choice=options.choice)
        print(say("controller-recover-done"))
        return 0
    for one in found:
        print(_line(one))
    if not found:
        print(say("controller-recover-none"))
    return 0


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    parser.add_argument("--unit", action="append", default=[], metavar="ID", help=say("controller-help-recover-unit"))
    choice = parser.add_mutually_exclusive_group()
    for name, value in (("keep", Choice.KEEP), ("replace", Choice.REPLACE)):
        help_ = say(f"controller-help-recover-{name}")
        choice.add_argument(f"--{name}", dest="choice", action="store_const", const=value, help=help_)
    parser.set_defaults(run=recover)


def _line(one: SetBackView) -> str:
    key = "controller-recover-unit" if one.received else "controller-recover-waiting"
    return say(
        key,
        unit=one.unit,
        theirs=one.unit_version or 0,
        ours=one.our_version or 0,
        unknown=len(one.unknown),
        lacking=len(one.lacking),
        cancelled=len(one.cancelled),
    )
