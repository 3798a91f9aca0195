"""What may a person tune? Reads settings.toml and the environment; says every fault at once."""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from alerts.calendar import Span, in_order, read_span
from alerts.escalation import parse_ladder
from alerts.telling.quiet import can_tell
from db.options import Option, options_in_force, wrong_options
from db.records import (
    CALENDAR_YEAR,
    Goal,
    Policy,
    ReportingYear,
    Rung,
    State,
    Target,
    TargetKind,
    UnitKind,
)

SHIPPED = Path(__file__).resolve().parent
PREFIX = "DUNGHEN_"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class SettingsWrong(Exception):
    """The settings cannot be used; each fault is one line: key, what is wrong, a right example."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _clock_time(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError("a time is HH:MM")
    return text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError("an address starts with http:// or https://")
    return text.rstrip("/")


ClockTime = Annotated[time, BeforeValidator(_clock_time)]


OfficeHours = Annotated[
    tuple[Annotated[Span, BeforeValidator(read_span)], ...], AfterValidator(in_order)
]
YearStart = Annotated[ReportingYear, BeforeValidator(lambda text: ReportingYear.read(str(text)))]


def _ladder(words: object) -> object:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return words
    return parse_ladder(words)


Ladder = Annotated[tuple[Rung, ...], BeforeValidator(_ladder)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class District(Section):
    unit: str = Field("huyen_can_gio", description="slug of the unit that the plan is about")
    organisation: str = Field(
        "db/organisations/can_gio_2021.csv",
        description="the list of units that a new database starts with",
    )
    office: str = Field(
        "van_phong_hdnd_ubnd",
        description="slug of the unit that answers for dossiers held outside the district",
    )


class Database(Section):
    url: str = Field(
        "sqlite:///var/dunghen.db",
        description="where the records are kept",
        examples=["sqlite:///var/dunghen.db"],
    )


class Archive(Section):
    folder: str = Field("var/archive", description="where a copy of each accepted file is kept")


class Intake(Section):
    folder: str = Field("var/inbox", description="the folder whose files are imported")
    settle_seconds: int = Field(
        5, ge=1, le=3600, description="a file is taken after so long a rest"
    )
    max_megabytes: int = Field(500, ge=1, le=4000, description="larger files are refused")
    max_unpacked_megabytes: int = Field(2000, ge=1, le=20000, description="a larger zip is refused")
    bad_rows_percent: int = Field(5, ge=0, le=100, description="more bad rows refuse the file")
    bad_rows_free: int = Field(3, ge=0, le=1000, description="so many bad rows never refuse a file")
    fewer_rows_percent: int = Field(20, ge=1, le=100, description="so many fewer rows refuse it")
    fewer_rows_from: int = Field(20, ge=1, description="lists shorter than this may shrink freely")


class Telegram(Section):
    token: SecretStr = Field(
        SecretStr(""), description="the bot's token; only from the environment or token_file"
    )
    token_file: str = Field("", description="a file that holds the token and nothing else")
    username: str = Field("", description="the bot's name without @", pattern=r"^\w*$")
    base_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "https://api.telegram.org",
        description="root of the Bot API server, without /bot",
        examples=["https://api.telegram.org"],
    )
    proxy: str = Field(
        "", description="a proxy for the Bot API", examples=["socks5://127.0.0.1:1080"]
    )
    admins: tuple[int, ...] = Field(
        (), description="Telegram user ids that are admins from the start", examples=["[11, 12]"]
    )


class Schedule(Section):
    checks: tuple[ClockTime, ...] = Field(
        (time(7, 30), time(14, 0)),
        min_length=1,
        description="times of day at which the targets are counted",
        examples=['["07:30", "14:00"]'],
    )
    digest_from: ClockTime = Field(
        time(7, 0),
        description="the first check from this time on sends the day's digests",
        examples=['"07:00"'],
    )
    calendar_extra_days_off: tuple[date, ...] = Field(
        (), description="days off that the public calendar lacks", examples=['["2026-01-02"]']
    )
    calendar_working_days: tuple[date, ...] = Field(
        (), description="Saturdays that are worked to make up", examples=['["2026-01-10"]']
    )
    reporting_year_start: YearStart = Field(
        CALENDAR_YEAR,
        description="the first day of a reporting year",
        examples=['"01-01"', '"12-15"'],
    )
    office_hours: OfficeHours = Field(
        ((time(7, 30), time(11, 30)), (time(13), time(17))),
        min_length=1,
        description="when the office is open on a working day",
        examples=['["07:30-11:30", "13:00-17:00"]'],
    )


class Limits(Section):
    messages_per_second: int = Field(25, ge=1, le=30, description="over all chats")
    seconds_between_messages: float = Field(1.0, ge=0, le=60, description="in one chat")
    attempts: int = Field(100, ge=1, le=100, description="tries before a message is given up")
    invitation_hours: int = Field(72, ge=1, le=720, description="how long an invitation works")
    guesses_per_hour: int = Field(5, ge=1, le=100, description="wrong codes one person may try")
    early_warning_working_days: int = Field(2, ge=1, le=10, description="how far /due looks ahead")


class Alerts(Section):
    pushes_per_day: int = Field(
        3, ge=2, le=10, description="messages a day that the bot may send a person unasked"
    )
    quiet_from: ClockTime = Field(
        time(18), description="nothing is pushed from this time on", examples=['"18:00"']
    )
    quiet_until: ClockTime = Field(
        time(7), description="... until this time of a working day", examples=['"07:00"']
    )
    repeat_working_days: int = Field(
        3, ge=1, le=10, description="an alert that does not change is told again after so long"
    )
    escalation: Ladder = Field(
        (Rung(to="leader", after_working_days=3), Rung(to="chairman", after_working_days=7)),
        description="who hears of an alert after how many working days without an answer",
        examples=['["leader 3", "chairman 7"]'],
    )
    rate_checks: int = Field(
        2, ge=1, le=10, description="bad checks in a row that open an alert of a rate"
    )
    item_checks: int = Field(
        1, ge=1, le=10, description="... of a goal that a single item breaks (100 %, yes/no, grade)"
    )
    recover_points: int = Field(
        0, ge=0, le=5, description="an alert ends at so many points above its goal"
    )
    keep_open_checks: int = Field(1, ge=1, le=10, description="good checks in a row that end it")
    district_wide_percent: int = Field(
        80, ge=50, le=100, description="a target missed by such a share of the units is one cause"
    )
    district_wide_units: int = Field(5, ge=2, le=100, description="... by at least so many units")
    district_wide_working_days: int = Field(
        2, ge=0, le=10, description="... and so many days on each unit is told of it all the same"
    )
    recent_days: int = Field(30, ge=7, le=90, description="last days shown beside a yearly rate")
    redraw_days: int = Field(60, ge=7, le=365, description="days that ended alerts are drawn for")


class Clock(Section):
    start: str = Field(
        "",
        description="rehearsals: the district's time at which the clock starts",
        pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)?$",
        examples=["2021-03-23T08:00"],
    )


class Source(Section):
    max_age_days: int = Field(5, ge=1, le=400, description="older data are stale")
    age_in: Literal["working_days", "days"] = Field("working_days", description="how age counts")
    columns: dict[str, str] = Field({}, description="the office's headers: {header = column}")
    statuses: dict[str, int | str] = Field({}, description="the office's words: {word = status}")


class Units(Section):
    aliases: dict[str, str] = Field({}, description="the office's spellings: {spelling = slug}")


class Plan(Section):
    title: str = Field("", description="the plan's number and name")
    counts_from: date = Field(description="the first day that it counts", examples=["2021-01-01"])
    signed: date = Field(
        description="the day from which paces are reckoned", examples=["2021-03-19"]
    )
    ends: date = Field(description="its last day", examples=["2025-12-31"])


class TargetBlock(Section):
    item: str = Field(description="the numbered line of the plan", examples=['"5"'])
    plan: str = Field(description="the plan that it belongs to", examples=['"1215"'])
    kind: TargetKind = Field(
        TargetKind.RATIO, description="what it asks for", examples=['"ratio"', '"yes_no"']
    )
    goal: str = Field(description="the goal as worded", examples=['"> 95 %"'])
    grades: tuple[str, ...] = Field((), description="of a grade: all grades, the worst first")
    grade: str = Field("", description="of a grade: the least that will do")
    sources: tuple[str, ...] = Field(
        min_length=1, description="the source kinds it is counted from"
    )
    applies_to: frozenset[UnitKind] = Field(
        min_length=1, description="the kinds of unit it is counted for", examples=['["commune"]']
    )
    everywhere: bool = Field(
        True, description="false: below the district only where there is something to count"
    )
    informs: frozenset[UnitKind] = Field(
        frozenset(), description="kinds of unit that see it without being judged by it"
    )
    stock: bool = Field(False, description="counts what exists on a day, not what happened")
    yearly_mean: bool = Field(False, description="judged each day; its year is the mean of them")
    by_the_end: bool = Field(False, description="due when the plan ends; until then by its pace")
    paced_months: tuple[int, int] | None = Field(
        None,
        description="yearly, judged by an even pace over these months until the year ends",
        examples=["[2, 11]"],
    )
    baseline_percent: int = Field(0, ge=0, le=100, description="where its pace began")
    tolerance_points: int = Field(5, ge=0, le=50, description="so far below its pace is behind")
    empty: State = Field(State.NONE, description="what nothing to count means")
    per_field: bool = Field(False, description="counted for each field of procedures")
    margin_points: int = Field(0, ge=0, le=5, description="met within so many points is at risk")
    small_sample: int = Field(0, ge=0, le=200, description="below so many, 'small sample' is shown")
    pending_checks: int | None = Field(
        None, ge=1, le=10, description="its own alerts.rate_checks or item_checks", examples=["2"]
    )
    pending_working_days: int = Field(
        0, ge=0, le=10, description="opens when it was missed for so long, too; 0: never by time"
    )
    recover_points: int | None = Field(
        None, ge=0, le=5, description="its own alerts.recover_points", examples=["1"]
    )
    keep_open_checks: int | None = Field(
        None, ge=1, le=10, description="its own alerts.keep_open_checks", examples=["2"]
    )
    names: dict[Literal["vi", "en"], str] = Field(
        description="how people call it", examples=['{ vi = "Thư xin lỗi", en = "Letters" }']
    )
    formula: dict[Literal["vi", "en"], str] = Field(
        {},
        description="how it is counted, in words",
        examples=['{ en = "letters / late dossiers" }'],
    )
    options: dict[str, Option] = Field({}, description="parameters of its .sql files")


POLICY_KEYS = ("pending_checks", "pending_working_days", "recover_points", "keep_open_checks")


class Settings(Section):
    """The whole of settings.toml, checked; `folder` is where the file lies."""

    district: District = Field(District(), description="which district")
    database: Database = Field(Database(), description="where the records are kept")
    archive: Archive = Field(Archive(), description="where delivered files are kept")
    intake: Intake = Field(Intake(), description="how files are taken")
    telegram: Telegram = Field(Telegram(), description="how the bot is reached")
    schedule: Schedule = Field(Schedule(), description="when what happens")
    limits: Limits = Field(Limits(), description="how much, how often")
    alerts: Alerts = Field(Alerts(), description="how alerts live, and how often people hear")
    clock: Clock = Field(Clock(), description="rehearsals")
    sources: dict[str, Source] = Field({}, description="the sources and their words")
    units: Units = Field(Units(), description="spellings of units")
    plans: dict[str, Plan] = Field({}, description="the plans and their dates")
    targets: dict[str, TargetBlock] = Field({}, description="the lines of the plan")
    folder: Path = Field(Path(), exclude=True, description="where the settings file lies")

    def find(self, name: str) -> Path:
        """A relative name beside the settings file, else among the files that are shipped."""
        beside = self.folder / name
        return beside if beside.exists() or not (SHIPPED / name).exists() else SHIPPED / name

    def beside(self, name: str) -> Path:
        """A relative name of something that the project writes: always beside the settings file."""
        return self.folder / name

    def plan_targets(self) -> tuple[Target, ...]:
        return tuple(self._target(key, block) for key, block in self.targets.items())

    def _target(self, key: str, block: TargetBlock) -> Target:
        plan = self.plans[block.plan]
        values = {name: getattr(block, name) for name in type(block).model_fields}
        by_the_end = values.pop("by_the_end")
        for name in POLICY_KEYS:
            del values[name]
        is_ratio = block.kind is TargetKind.RATIO
        goal = Goal.read(block.goal) if is_ratio else None
        values |= {
            "id": key,
            "goal": goal,
            "policy": self._policy(block, goal),
            "goal_text": "" if is_ratio else block.goal,
            "options": options_in_force(block.options, shipped_options().get(key, {})),
            "starts": plan.signed if by_the_end else None,
            "due": plan.ends if by_the_end else None,
            "valid_from": plan.counts_from,
            "valid_to": plan.ends,
        }
        return Target(**values)

    def _policy(self, block: TargetBlock, goal: Goal | None) -> Policy:
        """A rate wavers, so it is confirmed; what one named item breaks is broken at once."""
        wavers = goal is not None and goal.operator != "="
        general = {
            "pending_checks": self.alerts.rate_checks if wavers else self.alerts.item_checks,
            "recover_points": self.alerts.recover_points,
            "keep_open_checks": self.alerts.keep_open_checks,
        }
        its_own = {name: getattr(block, name) for name in POLICY_KEYS}
        return Policy(
            **{n: v if v is not None else general[n] for n, v in its_own.items()},
            repeat_working_days=self.alerts.repeat_working_days,
            ladder=self.alerts.escalation,
            small_sample=block.small_sample if wavers else 0,
        )

    def clock_start(self) -> datetime | None:
        text = self.clock.start
        return datetime.fromisoformat(text).replace(tzinfo=ZONE) if text else None


@cache
def shipped_options() -> dict[str, dict[str, Option]]:
    """target -> the options of the file that ships: a copy made before one came works as it is."""
    file = SHIPPED / "settings.toml"
    blocks = _read_file(file)["targets"] if file.exists() else {}
    return {key: block.get("options", {}) for key, block in blocks.items()}


@dataclass(frozen=True, slots=True)
class _Given:
    """The merged tables, and which keys came from the environment (for the complaint's wording)."""

    tables: dict[str, Any]
    from_environment: frozenset[str]


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the file and the environment. Raises SettingsWrong with every fault."""
    tables = _read_file(path)
    if isinstance(tables.get("telegram"), dict) and "token" in tables["telegram"]:
        says = (
            "telegram.token: a secret does not belong in this file"
            " (set DUNGHEN_TELEGRAM__TOKEN, or telegram.token_file)"
        )
        raise SettingsWrong([f"{path}: {says}"])
    given = _with_environment(tables, environment)
    try:
        settings = Settings.model_validate({**given.tables, "folder": path.resolve().parent})
    except ValidationError as error:
        wrong = {fault["loc"][:-1] for fault in error.errors()}
        # A list whose elements are wrong is also called too short: one complaint is enough.
        told = [f for f in error.errors() if f["type"] != "too_short" or f["loc"] not in wrong]
        raise SettingsWrong([_sentence(path, given, fault) for fault in told]) from None
    faults = _cross_checks(path, settings)
    if faults:
        raise SettingsWrong(faults)
    return _with_token(settings)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        says = "no such settings file (copy the shipped settings.toml, or use --settings FILE)"
        raise SettingsWrong([f"{path}: {says}"]) from None
    except UnicodeDecodeError:
        raise SettingsWrong([f"{path}: not UTF-8 text (save it as UTF-8)"]) from None
    except OSError as error:
        raise SettingsWrong([f"{path}: cannot be read: {error.strerror}"]) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        says = f'not valid TOML: {error} (a right line: name = "text")'
        raise SettingsWrong([f"{path}: {says}"]) from None


def _with_environment(tables: dict[str, Any], environment: Mapping[str, str]) -> _Given:
    merged = json.loads(json.dumps(tables, default=str))
    keys = []
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name.startswith(PREFIX + "TEST_"):
            continue
        parts = name[len(PREFIX) :].lower().split("__")
        value: Any = environment[name]
        if value[:1] in "[{" and value:
            try:
                value = json.loads(value)
            except ValueError:
                says = f"{name}: not valid JSON (a right value: {name}='[11]')"
                raise SettingsWrong([says]) from None
        place = merged
        for part in parts[:-1]:
            place = place.setdefault(part, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place[parts[-1]] = value
        keys.append(".".join(parts))
    return _Given(merged, frozenset(keys))


def _field_of(location: tuple[Any, ...]) -> Any:
    """The pydantic field that a location names, or None where it is inside free tables."""
    model: Any = Settings
    field = None
    for part in location:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            break
        field = model.model_fields.get(str(part))
        if field is None:
            return None
        annotation = field.annotation
        arguments = getattr(annotation, "__args__", ())
        model = arguments[-1] if arguments and str(part) in ("sources", "targets") else annotation
        if str(part) in ("sources", "targets"):
            model = _Anything[str(part)]
    return field


_Anything: dict[str, Any] = {"sources": Source, "targets": TargetBlock}


def _known_names(location: tuple[Any, ...]) -> list[str]:
    model: Any = Settings
    for part in location:
        if model in (Source, TargetBlock) and str(part) not in model.model_fields:
            continue
        field = model.model_fields.get(str(part))
        if field is None:
            return []
        model = _Anything.get(str(part), field.annotation)
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
    return [name for name in model.model_fields if name != "folder"]


def _sentence(path: Path, given: _Given, fault: Any) -> str:
    """One fault as one line: where, which key, what is wrong, a right example; never a secret."""
    location = tuple(part for part in fault["loc"] if part != "[key]")
    key = ".".join(str(part) for part in location)
    where = str(path)
    for name in given.from_environment:
        if key == name or key.startswith(name + ".") or name.startswith(key + "."):
            where = PREFIX + name.upper().replace(".", "__")
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), _known_names(location[:-1]), n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        known = "" if near else f" (known: {', '.join(_known_names(location[:-1]))})"
        return f"{where}: {key}: unknown setting{hint or known}"
    if fault["type"] == "missing":
        text = "is missing"
    else:
        text = fault["msg"].removeprefix("Value error, ")
        text = text[:1].lower() + text[1:]
    shown, value = "", fault["input"]
    tellable = "token" not in key and fault["type"] != "missing"
    if tellable and isinstance(value, (str, int, float, bool)):
        shown = f", not {json.dumps(value, ensure_ascii=False)[:60]}"
    field = _field_of(location[1:] and location)
    examples = list(getattr(field, "examples", None) or [])
    if not examples and field is not None and field.default not in (None, ...):
        examples = [json.dumps(field.default, ensure_ascii=False, default=str)]
    name = next((part for part in reversed(location) if isinstance(part, str)), key)
    example = f" (a right value: {name} = {examples[0]})" if examples else ""
    return f"{where}: {key}: {text}{shown}{example}"


def _cross_checks(path: Path, settings: Settings) -> list[str]:
    faults = []
    for key, block in settings.targets.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            faults.append(
                f"{path}: targets.{key}: an id is small letters, digits and _"
                " (a right one: apology_letters)"
            )
        if block.plan not in settings.plans:
            known = ", ".join(settings.plans) or "none"
            faults.append(
                f"{path}: targets.{key}.plan: there is no block [plans.{block.plan}]"
                f" (known: {known})"
            )
        faults += [f"{path}: targets.{key}.{fault}" for fault in _goal_faults(block)]
        own, ships = settings.folder / "targets", shipped_options().get(key, {})
        wrong = wrong_options(key, block.options, ships, [own])
        faults += [f"{path}: targets.{key}.options.{fault}" for fault in wrong]
        for source in block.sources:
            if source not in settings.sources:
                faults.append(
                    f"{path}: targets.{key}.sources: '{source}' has no block [sources.{source}]"
                )
    schedule = settings.schedule
    both = set(schedule.calendar_extra_days_off) & set(schedule.calendar_working_days)
    faults += [
        f"{path}: schedule.calendar_working_days: {day} is also in calendar_extra_days_off"
        " (name it in one of the two)"
        for day in sorted(both)
    ]
    times = (schedule.digest_from, settings.alerts.quiet_from, settings.alerts.quiet_until)
    if not any(can_tell(at, *times) for at in schedule.checks):
        faults.append(
            f"{path}: schedule.checks: nobody would ever be told anything: name one from"
            " digest_from on and outside alerts.quiet_from to quiet_until (e.g. 07:30)"
        )
    if settings.clock.start:
        try:
            settings.clock_start()
        except ValueError:
            faults.append(
                f"{path}: clock.start: no such moment (a right value: start = 2021-03-23T08:00)"
            )
    return faults


def _goal_faults(block: TargetBlock) -> list[str]:
    if block.kind is TargetKind.RATIO:
        try:
            Goal.read(block.goal)
        except ValueError as error:
            return [f'goal: {error}, not "{block.goal}" (a right value: goal = "> 95 %")']
    if block.kind is TargetKind.GRADE and block.grade not in block.grades:
        return [f'grade: "{block.grade}" is not one of grades (a right value: grade = "Tốt")']
    return []


def _with_token(settings: Settings) -> Settings:
    if settings.telegram.token.get_secret_value() or not settings.telegram.token_file:
        return settings
    file = settings.find(settings.telegram.token_file)
    try:
        token = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        says = f"{file} cannot be read (write the token into it, and nothing else)"
        raise SettingsWrong([f"telegram.token_file: {says}"]) from None
    telegram = settings.telegram.model_copy(update={"token": SecretStr(token)})
    return settings.model_copy(update={"telegram": telegram})
