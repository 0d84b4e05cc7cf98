"""A schedule's rule, as it is stored: JSON of `schedules.recurrence.Rule`."""

import json
from typing import Any

from controller.records.plans import ScheduleRow
from schedules.recurrence import Rule


def stored(rule: Rule) -> dict[str, Any]:
    """Return the rule as the table keeps it."""
    found: dict[str, Any] = json.loads(rule.to_json())
    return found


def rule_of(row: ScheduleRow) -> Rule:
    """Return the rule of a schedule; it was checked before it was stored."""
    return Rule.from_json(json.dumps(row.rule))
