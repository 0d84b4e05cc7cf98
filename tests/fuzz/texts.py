"""What people write: notices, rules of a timetable, dates and times, the forms of the pages."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from audio.reading import read
from audio.reading.normal_form import normalise
from controller.services.planning import NewPlan
from controller.web.compose.form import Form
from controller.web.compose.plan_form import NotReadable, PlanForm
from controller.web.layout.faults import Remarks
from controller.web.layout.wall_time import Unreadable, read_date, read_dates, read_time, read_times
from controller.web.sign_in import kept
from schedules.conditions import Mode, OnLunarDays, OnPublicHolidays, OnTet
from schedules.patterns import LAST, Daily, Monthly, NthWeekday, Once, Weekday, Weekly
from schedules.recurrence import Rule, occurrences
from schedules.refusal import RuleRefused
from schedules.vocabulary import Status
from tests.fuzz.target import Target

SPEAKABLE_SIGNS = set(" .,?!;:")


def notice(data: bytes) -> None:
    """Any text is read to its end: each character in one span, and nothing comes out that a voice cannot say."""
    text = data.decode("utf-8", "replace")
    reading = read(text)
    assert reading.source == normalise(text)
    assert "".join(span.source for span in reading.spans) == reading.source
    assert all(sign.isalpha() or sign in SPEAKABLE_SIGNS for sign in reading.spoken)
    assert read(reading.spoken).spoken == reading.spoken


def rule(data: bytes) -> None:
    """A stored rule: refused, or one that gives the same text again and dates in order."""
    try:
        found = Rule.from_json(data)
    except RuleRefused:
        return
    assert Rule.from_json(found.to_json()) == found
    start = datetime.combine(found.start_date, time(), tzinfo=UTC) - timedelta(days=1)
    if not 2000 <= start.year < 2099:
        return
    instants = occurrences(found, start, start + timedelta(days=45))
    assert list(instants) == sorted(set(instants))


def wall_time(data: bytes) -> None:
    """A date or a time as somebody typed it."""
    text = data.decode("utf-8", "replace")
    for reader in (read_date, read_time, read_dates, read_times):
        try:
            reader(text)
        except Unreadable:
            continue


def plan_form(data: bytes) -> None:
    """The second step's fields: a plan or remarks, and the same when they have travelled on in an address."""
    form = PlanForm.read(fields(data))
    assert _planned(PlanForm.read(MultiDict(form.pairs()))) == _planned(form)


def _planned(form: PlanForm) -> NewPlan | Remarks:
    try:
        return form.new_plan("bulletin", Status.ACTUAL)
    except NotReadable as refused:
        return refused.remarks


def compose_form(data: bytes) -> None:
    """The first step's fields, and the same as they ride along on the sign-in page."""
    form = Form.read(fields(data).to_dict())
    form.new_bulletin(None, "Ghi âm")
    assert Form.read(form.fields()) == form
    kept._read(data.decode("utf-8", "replace"))


def fields(data: bytes) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))


NOTICES = (
    "UBND xã thông báo: từ 7h30' ngày 23/11/2026 mất điện tại thôn Khau Bang, ĐT 0912 345 678.",
    "KHẨN CẤP!!! Mưa 50–100 mm/24h; lũ cấp III, QL3 Km12+500 (10%) https://a.vn a@b.vn\n- 1.200.000đ\r\n2/9",
    "Nghị định 49/2024/NĐ-CP; khóa XVI; T7, CN; 38,5°C; ½ km²; 😀 \u0301\u200b",
)
FIRST = datetime(2026, 11, 22, tzinfo=UTC).date()
RULES = (
    Rule(pattern=Daily(every=2), times=(time(5, 30), time(17)), start_date=FIRST),
    Rule(pattern=Once(), times=(time(7),), start_date=FIRST, extra_dates=(FIRST + timedelta(days=3),)),
    Rule(
        pattern=Weekly((Weekday.MONDAY, Weekday.FRIDAY)),
        times=(time(5),),
        start_date=FIRST,
        end_date=FIRST + timedelta(days=90),
        except_dates=(FIRST + timedelta(days=7),),
        conditions=(OnPublicHolidays(mode=Mode.NEVER), OnTet(mode=Mode.ONLY, from_chap=23, through_gieng=15)),
        zone="Australia/Lord_Howe",
    ),
    Rule(
        pattern=Monthly(days=(1, LAST), weekdays=(NthWeekday(2, Weekday.SUNDAY),)),
        times=(time(6),),
        start_date=FIRST,
        conditions=(OnLunarDays(days=(1, 15), mode=Mode.ONLY),),
    ),
)
TIMES = ("23/11/2026", "2026-11-23", "7h30'", "7 giờ 30 phút, 17h và 5:30", "32.13.2026", "٣:٣")
PLANS = (
    {"village": "na-lang", "when": "once", "date": "23/11/2026", "time": "5h30"},
    {
        "when": "repeating",
        "every": "weekly",
        "weekday": "1",
        "times": "5h30, 17h",
        "from": "23/11/2026",
        "lunar": "ram",
    },
    {"when": "repeating", "every": "monthly", "day": "-1", "times": "5h", "from": "1/1/2026", "until": "2/2/2026"},
)
BULLETIN = {"title": "Cắt điện", "text": "Từ 7h", "source": "text", "language": "vi", "repeat": "2", "status": "actual"}
TARGETS = (
    Target("notice", notice, tuple(text.encode() for text in NOTICES), longest=600, share=3),
    Target("rule", rule, tuple(stored.to_json().encode() for stored in RULES), structured=True),
    Target("wall-time", wall_time, tuple(text.encode() for text in TIMES), longest=80, share=0.5),
    Target("plan-form", plan_form, tuple(urlencode(plan).encode() for plan in PLANS), longest=600),
    Target("compose-form", compose_form, (urlencode(BULLETIN).encode(), b'{"title":"a"}'), longest=600),
)
