"""What does a row of the catalogue of procedures mean, and which dossiers could come online?

Rules: domain reference 1.8, 1.9 and 2.5 (levels 1 to 4 until 2022, two classes since).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, delete, func, select, text

from db.indicators import day_of
from db.intake.gate import Previous
from db.intake.naming import Names
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.values import parse_decimal, parse_yes_no
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.tables import OfferRow

COLUMNS = (
    "code", "name", "field_id", "level", "service_level", "service_class", "eligible", "has_fee",
    "takes_payment", "online_from", "ends", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="offers", columns=COLUMNS, key=("code",))
DISTRICT, UNKNOWN = "district", "unknown"
ONLINE_LEVEL = 3  # from it on a procedure is filed online
_AT = {name: COLUMNS.index(name) for name in COLUMNS}

# At which level the procedure of a dossier was offered online on the day of its receipt: 3 or 4,
# else 0. A class speaks only of dossiers since 2022, when the classes came in the levels' place.
SETTLE = """
UPDATE dossiers SET offered = found.offered
FROM (SELECT d.id AS id,
             CASE WHEN d.resolved = 0 OR o.procedure_id IS NULL
                    OR COALESCE(d.received, 0) < COALESCE(o.online_from, 0)
                    OR COALESCE(d.received, 0) > COALESCE(o.ends, 99991231235959) THEN 0
                  WHEN o.service_level >= 3 THEN o.service_level
                  WHEN COALESCE(d.received, 0) < 20220101000000 THEN 0
                  WHEN o.service_class = 'full' THEN 4
                  WHEN o.service_class = 'partial' THEN 3
                  ELSE 0 END AS offered
      FROM dossiers d
      LEFT JOIN (SELECT p.id AS procedure_id, offers.online_from, offers.ends,
                        offers.service_level, offers.service_class
                 FROM procedures p
                 JOIN offers ON offers.code = REPLACE(UPPER(p.code), ' ', '')) AS o
             ON o.procedure_id = d.procedure_id
      WHERE ({which}) AND (o.procedure_id IS NOT NULL OR d.offered <> 0)) AS found
WHERE dossiers.id = found.id AND dossiers.offered <> found.offered
"""


def settle_offered(tx: Connection, delivery_id: int | None = None) -> None:
    """Marks the resolved dossiers whose procedure was offered online when they came in.

    After a file of dossiers only those of that delivery can have changed; after a catalogue any.
    """
    which = "d.resolved = 1 OR d.offered <> 0" if delivery_id is None else "d.delivery_id = :of"
    parameters = {} if delivery_id is None else {"of": delivery_id}
    tx.execute(text(SETTLE.format(which=which)), parameters)


def clean_procedure_code(code: str) -> str:
    """As codes are compared: '1.001193.000.00.00.H29' without blanks, in capitals."""
    return re.sub(r"\s+", "", code).upper()[:60]


def load(taking: Taking, body: Table) -> None:
    names = Names(taking.tx)
    offers: dict[str, tuple[Any, ...]] = {}
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        code = clean_procedure_code(cells[body.columns["code"]])
        if not code:
            taking.reject(row, "code", "", "the procedure's code is empty")
            continue
        values = _row(taking, row, code, cells, body.columns, names)
        if (before := offers.get(code)) is not None:
            # A procedure offered at two levels counts once, at the higher.
            taking.dropped["duplicate"] += 1
            taking.flag(row, code, "duplicate")
            values = max(before, values, key=lambda v: v[_AT["service_level"]] or 0)
        offers[code] = values
    # The district's and the communes' procedures may come as two lists: each replaces its own.
    by_level: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for values in offers.values():
        by_level[values[_AT["level"]]].append(values)
    taking.named = set(by_level)
    taking.replaced = _known_at(taking, sorted(by_level))
    for level, rows in sorted(by_level.items()):
        newer = select(OfferRow.day).where(OfferRow.level == level, OfferRow.day > taking.day)
        if taking.tx.scalar(newer.limit(1)) is not None:
            taking.dropped["older_than_what_is_known"] += len(rows)
            continue
        taking.tx.execute(delete(OfferRow).where(OfferRow.level == level))
        taking.loaded += write_rows(taking.tx, UPSERT, rows)


def _known_at(taking: Taking, levels: list[str]) -> Previous | None:
    """What this year's lists had at these levels, whether they came as one file or as several."""
    found = taking.tx.execute(
        select(func.count(), func.max(OfferRow.day)).where(
            OfferRow.level.in_(levels),
            OfferRow.day <= taking.day,
            OfferRow.day >= day_of(taking.reporting_year.first_day(taking.year)),
        )
    ).one()
    return Previous(rows=found[0], day=found[1]) if found[0] else None


def _row(
    taking: Taking, row: int, code: str, cells: list[str], place: dict[str, int], names: Names
) -> tuple[Any, ...]:
    def cell(column: str) -> str:
        return cells[place.get(column, -1)]

    service_level, service_class = _service(taking, row, code, cells, place)
    online_from = taking.moment(row, code, "online_from", cell("online_from"))
    if (service_level or 0) >= ONLINE_LEVEL and online_from is None:
        taking.flag(row, code, "no_online_day")
    # A list without the column says nothing of who is eligible: then all are.
    eligible = "eligible" not in place or taking.yes_no(row, code, "eligible", cell("eligible"))
    return (
        code, cell("name")[:300], names.field(cell("field")),
        _competence(taking, row, code, cell("level")), service_level, service_class,
        int(eligible), int(_has_fee(taking, row, code, cell("has_fee"))),
        int(taking.yes_no(row, code, "takes_payment", cell("takes_payment"))), online_from,
        taking.moment(row, code, "ends", cell("ends"), end_of_day=True), "", taking.day,
        taking.delivery_id,
    )  # fmt: skip


def _competence(taking: Taking, row: int, code: str, text_: str) -> str:
    """Who decides; of several ("Cấp huyện, cấp xã") the district's People's Committee first."""
    table = taking.words.tables["competences"]
    found = [table.get(fold(part)) for part in (text_, *re.split(r"[,;/]| và ", text_))]
    known = [str(level) for level in found if level is not None]
    if not known:
        taking.meaning(row, code, "competences", text_, "unknown_level")
        return UNKNOWN
    return DISTRICT if DISTRICT in known else known[0]


def _service(
    taking: Taking, row: int, code: str, cells: list[str], place: dict[str, int]
) -> tuple[int | None, str | None]:
    """The level 1 to 4 and the class; lists since 2022 write the class into the level's column."""
    level_text = cells[place.get("service_level", -1)]
    class_text = cells[place.get("service_class", -1)]
    tables = taking.words.tables
    level = tables["service_levels"].get(fold(level_text))
    if level is None and fold(level_text) in tables["service_classes"]:
        level_text, class_text = "", class_text or level_text
    if level is None:
        taking.meaning(row, code, "service_levels", level_text, "unknown_service_level")
    found = taking.meaning(row, code, "service_classes", class_text, "unknown_service_class")
    return int(level) if level else None, str(found) if found in ("partial", "full") else None


def _has_fee(taking: Taking, row: int, code: str, text_: str) -> bool:
    """Có/Không, or the fee itself ("8.000 đồng")."""
    try:
        return bool(parse_yes_no(text_))
    except BadValue:
        amount = re.sub(r"\s*(đồng|vnđ|vnd|đ)\b.*", "", text_.casefold())
    try:
        return bool(parse_decimal(amount))
    except BadValue:
        return taking.yes_no(row, code, "has_fee", text_)
