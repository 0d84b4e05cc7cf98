"""An ordinary day of the commune, so that every page has something to show: heard, partly heard, on air, planned."""

from datetime import datetime, time, timedelta

from controller.services import composing, corrections, dictionary, orders, planning, programmes, watching
from protocol.names import Reason, Stage
from schedules.conditions import OnTet
from schedules.patterns import Daily, Weekday, Weekly
from schedules.recurrence import Rule
from schedules.vocabulary import BroadcastClass, Status
from tests.controller.web.commune import UNITS, Commune

ALL = ("khau-bang", "na-ngam", "coc-xa", "na-chao", "bo-lich", "dong-luong", "thuy-dien", "khuoi-dao", "na-pen")
VACCINE = """Kính thưa bà con!
Thực hiện Kế hoạch số 125/KH-UBND ngày 18/11/2026, UBND xã thông báo
lịch tiêm vắc-xin phòng bệnh lở mồm long móng (LMLM) cho trâu, bò.
Thời gian: từ 07h30 đến 11h00 ngày 24/11/2026, tại nhà văn hóa các thôn.
Mức hỗ trợ 100 %, bà con không phải nộp tiền. Đề nghị đ/c trưởng thôn có mặt trước 15 phút.
Mọi thắc mắc liên hệ SĐT 0209 3876 114.
Xin cảm ơn bà con!"""
POWER = """Công ty Điện lực thông báo tạm ngừng cấp điện ngày 25/11/2026 từ 07h00 đến 16h30 để sửa đường dây 35 kV.
Khu vực: thôn Đông Lương và thôn Thủy Điện."""


def bulletin(commune: Commune, text: str, title: str = "", status: Status = Status.ACTUAL) -> str:
    new = composing.NewBulletin(title=title, text=text, status=status)
    made = composing.create_bulletin(commune.desk, commune.user, new)
    commune.work()
    return made


def plan(commune: Commune, made: str, when: planning.When, villages: tuple[str, ...] = ALL, **more: object) -> str:
    settle(commune, made)
    new = planning.NewPlan(bulletin=made, villages=villages, when=when, **more)
    planned = planning.plan(commune.desk, commune.user, new)
    commune.work()
    return planned.broadcast or planned.schedule or ""


def settle(commune: Commune, made: str) -> None:
    """Confirm the likely reading of every ambiguous abbreviation, as an officer does who has looked at it."""
    wording = corrections.wording(commune.desk, made)
    asked = corrections.questions_of(wording.reading) if wording else {}
    answers = [corrections.Answer(place=mark, spoken=question.chosen) for mark, question in asked.items()]
    if answers:
        corrections.answer(commune.desk, commune.user, made, answers)


def at(commune: Commune, hour: int, minute: int, days: int = 0) -> planning.At:
    day = commune.desk.local(commune.clock.now).date() + timedelta(days=days)
    return planning.At(datetime.combine(day, time(hour, minute)))


def live_through(commune: Commune) -> dict[str, str]:
    """Let a morning pass; returns the names of what was made."""
    made: dict[str, str] = {}
    commune.clock.now = commune.clock.now.replace(hour=21, minute=0) - timedelta(days=1)  # 04:00 of this morning
    news = bulletin(commune, "Bản tin buổi sáng của đài truyền thanh xã.", "Bản tin sáng: tin trong xã")
    rule = Rule(
        pattern=Daily(),
        times=(time(5, 30), time(17, 0)),
        start_date=commune.desk.local(commune.clock.now).date(),
        conditions=(OnTet(),),
    )
    made["daily"] = plan(commune, news, planning.Repeating(rule))
    power = bulletin(commune, POWER, "Tạm ngừng cấp điện ngày 25/11")
    made["partly"] = plan(commune, power, at(commune, 6, 45), class_=BroadcastClass.PRIORITY)
    test = bulletin(commune, "Đây là phát thử hệ thống loa.", "Phát thử loa đầu tuần", Status.TEST)
    made["test"] = plan(commune, test, at(commune, 7, 15), ("khau-bang", "na-chao"), status=Status.TEST)
    _hear_morning(commune, made)
    market = Rule(
        pattern=Weekly(weekdays=(Weekday.WEDNESDAY, Weekday.SUNDAY)),
        times=(time(6, 0),),
        start_date=commune.desk.local(commune.clock.now).date(),
    )
    fire = bulletin(
        commune, "Cảnh báo cháy rừng cấp III. Bà con không đốt nương khi trời hanh khô.", "Phòng cháy rừng cấp III"
    )
    made["weekly"] = plan(commune, fire, planning.Repeating(market), ("khuoi-dao", "na-pen", "coc-xa"))
    vaccine = bulletin(commune, VACCINE, "Tiêm phòng lở mồm long móng cho trâu, bò")
    made["planned"] = plan(commune, vaccine, at(commune, 11, 0), class_=BroadcastClass.PRIORITY)
    _store(commune, made["planned"], ("khau-bang", "na-chao", "khuoi-dao"))
    meeting = bulletin(commune, "Mời bà con đi họp thôn lúc 19h30 tối nay.", "Mời họp thôn tối nay")
    made["on-air"] = plan(commune, meeting, planning.Now(), ("khau-bang", "na-ngam", "coc-xa", "na-chao", "bo-lich"))
    orders.issue_due(commune.desk, commune.clock.now)
    _begin(commune, made["on-air"], ("khau-bang", "na-chao"))
    commune.clock.advance(seconds=12)
    watching.watch(commune.desk, commune.clock.now)
    made["bulletin"] = bulletin(commune, VACCINE)
    made["asked"] = str(VACCINE.index("đ/c"))
    dictionary.put(commune.desk, commune.user, written="LMLM", spoken="lở mồm long móng")
    dictionary.put(commune.desk, commune.user, written="BCĐ PCTT", spoken="ban chỉ đạo phòng chống thiên tai")
    return made


def _hear_morning(commune: Commune, made: dict[str, str]) -> None:
    for unit in UNITS:
        commune.report(unit)
    commune.clock.now = commune.clock.now.replace(hour=22, minute=30)  # 05:30
    with commune.desk.reading() as session:
        from controller.records.plans import BroadcastRow

        first = min(
            row.id for row in session.query(BroadcastRow).filter_by(schedule=made["daily"], start=commune.clock.now)
        )
    _play(commune, first, tuple(UNITS), 48_000)
    commune.clock.now = commune.clock.now.replace(hour=23, minute=45)  # 06:45
    _play(commune, made["partly"], ("khau-bang", "na-chao"), 48_000)
    _play(commune, made["partly"], ("khuoi-dao",), 21_000, reason=Reason.RESTARTED)
    commune.receipt("thuy-dien", made["partly"], Stage.SKIPPED, reason=Reason.CLIP_MISSING)
    commune.report("thuy-dien")
    commune.clock.advance(minutes=30)
    _play(commune, made["test"], ("khau-bang", "na-chao"), 48_000)
    commune.clock.advance(minutes=35)
    for unit in ("khau-bang", "na-chao", "khuoi-dao"):
        commune.report(unit)
    programmes.roll(commune.desk, commune.clock.now)


def _store(commune: Commune, broadcast: str, units: tuple[str, ...]) -> None:
    for unit in units:
        commune.report(unit)
        commune.receipt(unit, broadcast, Stage.STORED)


def _begin(commune: Commune, broadcast: str, units: tuple[str, ...]) -> None:
    for unit in units:
        commune.receipt(unit, broadcast, Stage.STORED)
        commune.receipt(unit, broadcast, Stage.STARTED, error_us=1800)
        commune.report(unit, playing=broadcast, relay=True)
    commune.report("khuoi-dao", temperature_c=78.0, undervoltage=True)


def _play(
    commune: Commune, broadcast: str, units: tuple[str, ...], played_ms: int, reason: Reason | None = None
) -> None:
    for unit in units:
        commune.receipt(unit, broadcast, Stage.STORED)
        commune.receipt(unit, broadcast, Stage.STARTED, error_us=2100)
    commune.clock.advance(milliseconds=played_ms)
    stage = Stage.INTERRUPTED if reason else Stage.FINISHED
    for unit in units:
        commune.receipt(unit, broadcast, stage, played_ms=played_ms, of_ms=48_000, reason=reason)
