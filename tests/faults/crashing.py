"""Runs a unit or a controller that kills itself at one labelled point.

python -m tests.faults.crashing <label> edge|controller [arguments of that program]
"""

import importlib
import sys

from tests.faults import crash_points

if __name__ == "__main__":
    label, room, *arguments = sys.argv[1:]
    point = {"edge": crash_points.UNIT, "controller": crash_points.CONTROLLER}[room][label]
    crash_points.arm(label, point, point.passage)
    sys.exit(importlib.import_module(f"{room}.__main__").main(arguments))
