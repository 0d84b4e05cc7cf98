"""The form of the later steps: where, when and how urgent. It travels in the address, from step to step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Self, TypeVar

from werkzeug.datastructures import MultiDict

from controller.services.planning import At, NewPlan, Now, Repeating, When
from controller.web.layout.faults import Remark, Remarks
from controller.web.layout.wall_time import Unreadable, read_date, read_dates, read_time, read_times
from schedules.almanac import MUNG_MOT, RAM
from schedules.conditions import Condition, Mode, OnLunarDays, OnPublicHolidays, OnTet
from schedules.patterns import LAST, Daily, Monthly, Pattern, Weekday, Weekly
from schedules.recurrence import Rule
from schedules.refusal import RuleFault, RuleRefused
from schedules.vocabulary import BroadcastClass, Status
from words import say, say_code

T = TypeVar("T")

OFFERED_CLASSES = (BroadcastClass.ROUTINE, BroadcastClass.PRIORITY)
"""An emergency is not one more choice in this form: it has a way of its own."""

_FIELD_OF = {
    RuleFault.NO_TIMES: "times",
    RuleFault.TOO_MANY_TIMES: "times",
    RuleFault.END_BEFORE_START: "until",
    RuleFault.TOO_MANY_DATES: "except",
    RuleFault.DATE_OUT_OF_RANGE: "from",
    RuleFault.NO_WEEKDAYS: "weekday",
    RuleFault.WEEKDAY_UNKNOWN: "weekday",
    RuleFault.NO_MONTH_DAYS: "day",
    RuleFault.MONTH_DAY_OUT_OF_RANGE: "day",
}
_LUNAR = {"ram-mung-mot": (MUNG_MOT, RAM), "ram": (RAM,), "mung-mot": (MUNG_MOT,)}
LUNAR_CHOICES = ("", *_LUNAR)


class NotReadable(Exception):
    """Fields that say nothing a plan could be made of, each with its remark."""

    def __init__(self, found: Remarks) -> None:
        super().__init__(", ".join(remark.field for remark in found.all))
        self.remarks = found


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """What stands in the fields, exactly as typed."""

    villages: tuple[str, ...] = ()
    when: str = "now"
    on: str = ""
    at: str = ""
    every: str = "daily"
    times: str = ""
    weekdays: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    start: str = ""
    until: str = ""
    excepted: str = ""
    lunar: str = ""
    not_tet: bool = False
    not_holidays: bool = False
    class_: str = BroadcastClass.ROUTINE

    @classmethod
    def read(cls, fields: MultiDict[str, str]) -> Self:
        """The form from the address or from posted fields; what is missing has its default."""
        return cls(
            villages=tuple(dict.fromkeys(fields.getlist("village"))),
            when=fields.get("when", "now"),
            on=fields.get("date", ""),
            at=fields.get("time", ""),
            every=fields.get("every", "daily"),
            times=fields.get("times", ""),
            weekdays=tuple(fields.getlist("weekday")),
            days=tuple(fields.getlist("day")),
            start=fields.get("from", ""),
            until=fields.get("until", ""),
            excepted=fields.get("except", ""),
            lunar=fields.get("lunar", ""),
            not_tet=bool(fields.get("not-tet")),
            not_holidays=bool(fields.get("not-holidays")),
            class_=fields.get("class", BroadcastClass.ROUTINE),
        )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The form as names and values again, for hidden fields and for addresses; what is empty is left out."""
        single = {
            "when": self.when,
            "date": self.on,
            "time": self.at,
            "every": self.every,
            "times": self.times,
            "from": self.start,
            "until": self.until,
            "except": self.excepted,
            "lunar": self.lunar,
            "not-tet": "1" if self.not_tet else "",
            "not-holidays": "1" if self.not_holidays else "",
            "class": self.class_,
        }
        many = (("village", self.villages), ("weekday", self.weekdays), ("day", self.days))
        return (
            *((name, value) for name, values in many for value in values),
            *((name, value) for name, value in single.items() if value),
        )

    def new_plan(self, bulletin: str, status: Status, press: str | None = None) -> NewPlan:
        """What the desk is asked to plan. Raises `NotReadable` with a remark for each field at fault."""
        return NewPlan(
            bulletin=bulletin,
            villages=self.villages,
            when=self._when(),
            class_=BroadcastClass(self.class_) if self.class_ in OFFERED_CLASSES else BroadcastClass.ROUTINE,
            status=status,
            press=press,
        )

    def _when(self) -> When:
        if self.when == "once":
            return self._once()
        return Repeating(self._rule()) if self.when == "repeating" else Now()

    def _once(self) -> At:
        reading = _Reading()
        day = reading.take("date", self.on, read_date)
        wall = reading.take("time", self.at, read_time)
        if day is None or wall is None:
            raise NotReadable(reading.remarks)
        return At(datetime.combine(day, wall, tzinfo=UTC).replace(tzinfo=None))

    def _rule(self) -> Rule:
        reading = _Reading()
        times = reading.take("times", self.times, read_times, needed=False)
        start = reading.take("from", self.start, read_date)
        until = reading.take("until", self.until, read_date, needed=False)
        excepted = reading.take("except", self.excepted, read_dates, needed=False)
        try:
            rule = self._made(times or (), start or date(2000, 1, 1), until, excepted or ())
        except RuleRefused as refused:
            reading.add(_of_rule(refused))
            rule = None
        if rule is None or reading.remarks:
            raise NotReadable(reading.remarks)
        return rule

    def _made(self, times: tuple[time, ...], start: date, until: date | None, excepted: tuple[date, ...]) -> Rule:
        return Rule(
            pattern=self._pattern(),
            times=times,
            start_date=start,
            end_date=until,
            except_dates=excepted,
            conditions=tuple(self._conditions()),
        )

    def _pattern(self) -> Pattern:
        if self.every == "weekly":
            return Weekly(weekdays=tuple(Weekday(int(day)) for day in self.weekdays if day in set("1234567")))
        if self.every == "monthly":
            numbers = (int(day) for day in self.days if day.removeprefix("-").isdecimal() and len(day) < 4)
            return Monthly(days=tuple(number for number in numbers if number == LAST or 1 <= number <= 31))
        return Daily()

    def _conditions(self) -> Iterator[Condition]:
        if days := _LUNAR.get(self.lunar):
            yield OnLunarDays(days=days, mode=Mode.ONLY)
        if self.not_tet:
            yield OnTet(mode=Mode.NEVER)
        if self.not_holidays:
            yield OnPublicHolidays(mode=Mode.NEVER)


class _Reading:
    """Reads field after field and remembers what could not be read, so that all faults are shown at once."""

    def __init__(self) -> None:
        self._found: list[Remark] = []

    @property
    def remarks(self) -> Remarks:
        return Remarks(tuple(self._found))

    def add(self, found: Iterator[Remark]) -> None:
        self._found.extend(found)

    def take(self, field: str, written: str, read: Callable[[str], T], *, needed: bool = True) -> T | None:
        if not written.strip():
            if needed:
                self._found.append(Remark(field, say(f"plan-missing-{field}")))
            return None
        try:
            return read(written)
        except Unreadable as unreadable:
            kind = "times" if field in {"time", "times"} else "dates"
            self._found.append(Remark(field, say(f"plan-unreadable-{kind}", written=unreadable.written[:40])))
            return None


def _of_rule(refused: RuleRefused) -> Iterator[Remark]:
    for fault in refused.faults:
        yield Remark(_FIELD_OF.get(fault, "times"), say_code("rule", fault))
