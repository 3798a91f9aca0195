"""What becomes of a delivered file? Reads it, loads its rows, and accepts or refuses it whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from db.engine import new_id
from db.indicators import date_of, day_of
from db.intake import archive as archives
from db.intake import documents, dossiers, letters, mailboxes, organisation
from db.intake.apart import start_reading
from db.intake.body import Body, read_table
from db.intake.gate import Previous, Refusal, judge_file
from db.intake.header import Header, explain_missing
from db.intake.refusals import UnreadableFile
from db.intake.rules import IntakeRules
from db.intake.taking import Table, Taking
from db.intake.workbook import Sheet, check_kind, hash_file
from db.records import ImportReport, Outcome, UnitKind, Workdays
from db.tables import DeliveryRow, DeliveryUnitRow, RejectRow, RowFlagRow
from db.units import UnitIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How one kind of source is taken.

    `by_hand`: a book kept by hand, which the same bytes on a later day confirm. `lists`: a list of
    what exists now, which speaks only of the units that it names. `whole`: speaks of the whole
    district, whatever rows it has. `unstored` columns are read to decide something: the archive
    keeps only whether they were filled. `hide` says which columns of a row the archive may not
    keep, None for the whole row.
    """

    load: Callable[[Taking, Table], None]
    by_hand: bool = False
    lists: bool = False
    whole: bool = False
    unstored: tuple[str, ...] = ()
    hide: Callable[[Taking, list[str], dict[str, int]], frozenset[str] | None] | None = None


KINDS: dict[str, Kind] = {
    "dossiers": Kind(load=dossiers.load),
    "letters": Kind(load=letters.load, by_hand=True, whole=True, unstored=("signer",)),
    "mailboxes": Kind(load=mailboxes.load, lists=True),
    "documents": Kind(load=documents.load, hide=documents.hidden_columns),
    "units": Kind(load=organisation.load, by_hand=True, whole=True),
}
HARMLESS = frozenset({"ordinal", "size", "secrecy"})  # neither stored nor worth hiding
GOOD = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REJECTS)


def take(
    tx: Connection,
    path: Path,
    day: date,
    *,
    now: datetime,
    rules: IntakeRules,
    calendar: Workdays,
    archive: Path | None,
    source: str | None = None,
) -> ImportReport:
    """Takes one file as delivered on a day, in the caller's transaction.

    Nothing of a refused file stays but the record of the refusal. `archive` None keeps no copy
    (when a past day is computed again).
    """
    delivery = _Delivery(tx, path, day, now, rules, calendar, archive, source)
    try:
        return delivery.take()
    except UnreadableFile as error:
        return delivery.refuse(_refusal(error))
    except FileNotFoundError:
        return ImportReport(
            file=path.name, source=source, outcome=Outcome.REFUSED, day=day,
            reason=f"there is no file {path}", reason_code="no_file",
        )  # fmt: skip
    except IsADirectoryError:
        return ImportReport(
            file=path.name, source=source, outcome=Outcome.REFUSED, day=day,
            reason=f"{path} is a folder (name the files in it)", reason_code="no_file",
        )  # fmt: skip


class _Delivery:
    """One file being taken: the steps share what was found out before."""

    def __init__(
        self,
        tx: Connection,
        path: Path,
        day: date,
        now: datetime,
        rules: IntakeRules,
        calendar: Workdays,
        archive: Path | None,
        source: str | None,
    ) -> None:
        self.tx, self.path, self.day, self.now = tx, path, day, now
        self.rules, self.calendar, self.archive = rules, calendar, archive
        self.source = source
        self.sha256 = ""
        self.taking: Taking | None = None
        self.header: Header | None = None
        self.copy: archives.RedactedCopy | None = None

    def take(self) -> ImportReport:
        check_kind(self.path, self.rules.limits)  # a file too large is not even hashed
        self.sha256 = hash_file(self.path)
        if (same := self._delivered_before()) is not None:
            return self._unchanged(same)
        delivery_id = self._record(Outcome.REFUSED)
        reading = start_reading(self.path, self.rules.limits)
        rows = self.tx.begin_nested()
        try:
            header, body = self._table(reading.sheets)
            self.header, self.source = header, header.kind
            kind = KINDS[header.kind]
            taking = self.taking = self._start(delivery_id, header)
            kind.load(taking, self._copied(taking, kind, body))
            taking.dropped.update({k: v for k, v in body.dropped.items() if k == "total"})
            refusal = self._gate(taking, body)
        except UnreadableFile as error:
            refusal = _refusal(error)
        except BaseException:
            self._drop_copy()
            raise
        finally:
            reading.close()
        if refusal is not None:
            rows.rollback()
            self._drop_copy()
            return self._finish(delivery_id, Outcome.REFUSED, refusal)
        rows.commit()
        if self.source in ("dossiers", "letters"):
            letters.settle_letters(self.tx)
        outcome = Outcome.ACCEPTED_WITH_REJECTS if taking.bad else Outcome.ACCEPTED
        return self._finish(delivery_id, outcome, None)

    # --- the steps ---

    def _table(self, sheets: Iterator[Sheet]) -> tuple[Header, Body]:
        words = self.rules.words
        for sheet in sheets:
            found = read_table(
                sheet.rows,
                words.synonyms,
                required=words.required,
                keys=words.keys,
                kind=self.source,
            )
            if found is None:
                continue
            header, body = found
            if header.kind not in KINDS:
                continue
            if header.missing:
                self.source = header.kind
                spoken = words[header.kind].spoken
                raise UnreadableFile("columns_missing", explain_missing(header, spoken))
            return header, body
        wanted = f"of kind '{self.source}' " if self.source else ""
        raise UnreadableFile(
            "no_header",
            f"no header {wanted}was found in the first 30 rows (export the list with its column"
            " titles, e.g. Số hồ sơ, Ngày tiếp nhận, Ngày hẹn trả)",
        )

    def _start(self, delivery_id: int, header: Header) -> Taking:
        newer = self.tx.scalar(
            select(func.max(DeliveryRow.day)).where(
                DeliveryRow.source == header.kind, DeliveryRow.outcome.in_(GOOD)
            )
        )
        return Taking(
            tx=self.tx, delivery_id=delivery_id, day=day_of(self.day),
            words=self.rules.words[header.kind], rules=self.rules, calendar=self.calendar,
            units=UnitIndex(self.tx, self.day, self.rules.aliases), header=header,
            source=header.kind, older=newer is not None and newer > day_of(self.day),
            texts=header.printed,
        )  # fmt: skip

    def _copied(self, taking: Taking, kind: Kind, body: Body) -> Table:
        """The rows; where something in the file may not be stored, with a redacted copy beside."""
        header = taking.header
        stored = taking.words.stored | HARMLESS
        outside = header.unknown or header.duplicated
        hidden = set(header.columns) - stored
        if self.archive is None or not (outside or hidden or kind.hide):
            return body
        kept = {place for column, place in body.columns.items() if column in stored}
        masked = {header.columns[c] for c in kind.unstored if c in header.columns}
        copy = self.copy = archives.RedactedCopy(self.archive, self.sha256, kept, masked)
        spoken = taking.words.spoken
        copy.head(header, {place: spoken[column] for column, place in body.columns.items()})
        return _Copied(body, copy, lambda cells: self._hidden_places(taking, kind, cells, body))

    @staticmethod
    def _hidden_places(
        taking: Taking, kind: Kind, cells: list[str], body: Table
    ) -> frozenset[int] | None:
        if kind.hide is None:
            return frozenset()
        columns = kind.hide(taking, cells, body.columns)
        if columns is None:
            return None
        return frozenset(body.columns[c] for c in columns if c in body.columns)

    def _gate(self, taking: Taking, body: Body) -> Refusal | None:
        scope, _units = self._scope(taking)
        period = taking.header.period
        self.period_from = period[0] if period else self.day.year * 10000 + 101
        previous = self.tx.execute(
            select(DeliveryRow.rows, DeliveryRow.day)
            .where(
                DeliveryRow.source == taking.source, DeliveryRow.outcome.in_(GOOD),
                DeliveryRow.scope == scope, DeliveryRow.period_from == self.period_from,
                DeliveryRow.day <= taking.day,
            )
            .order_by(DeliveryRow.day.desc(), DeliveryRow.id.desc())
            .limit(1)
        ).one_or_none()  # fmt: skip
        return judge_file(
            rows=taking.rows,
            bad=taking.bad,
            printed_total=body.printed_total,
            previous=Previous(rows=previous.rows, day=previous.day) if previous else None,
            rules=self.rules,
            first_reason=taking.rejects[0].reason if taking.rejects else "",
        )

    def _scope(self, taking: Taking) -> tuple[str, frozenset[int]]:
        """Of which units the file speaks: '*' for the district, or the one unit it names.

        A file with rows of several units (or of the district itself) comes from the district's
        system and speaks of every unit; one with rows of a single unit is that unit's own.
        """
        kind = KINDS[taking.source]
        seen = frozenset(taking.units_seen)
        units = taking.units.units
        central = {UnitKind.DISTRICT, UnitKind.ONE_STOP}
        of_district = len(seen) != 1 or any(units[u].kind in central for u in seen)
        if kind.whole or (of_district and not kind.lists):
            return "*", frozenset()
        return ("*" if of_district else str(next(iter(seen)))), seen

    # --- the record ---

    def _delivered_before(self) -> Any:
        conditions = [DeliveryRow.sha256 == self.sha256, DeliveryRow.outcome.in_(GOOD)]
        if self.source:
            conditions.append(DeliveryRow.source == self.source)
        found = select(DeliveryRow).where(*conditions).order_by(DeliveryRow.id.desc()).limit(1)
        return self.tx.execute(found).mappings().one_or_none()

    def _unchanged(self, same: Any) -> ImportReport:
        """The same bytes again: no news, but a book kept by hand is confirmed as of the new day."""
        self.source = same["source"]
        day = day_of(self.day)
        if day > same["day"] and KINDS[same["source"]].by_hand:
            values = {
                "source": same["source"], "file": self.path.name[:255], "sha256": self.sha256,
                "day": day, "fresh_day": day, "taken_at": self.now, "rows": same["rows"],
                "outcome": Outcome.UNCHANGED.value, "scope": same["scope"], "dropped": {},
                "flag_counts": {}, "archive": same["archive"],
            }  # fmt: skip
            self.tx.execute(insert(DeliveryRow).values(**values))
        was = date_of(same["day"])
        return ImportReport(
            file=self.path.name, source=same["source"], outcome=Outcome.UNCHANGED, day=self.day,
            rows=same["rows"], delivery_id=same["id"],
            reason=f"the same file was taken on {was:%d/%m/%Y}",
        )  # fmt: skip

    def _record(self, outcome: Outcome) -> int:
        day = day_of(self.day)
        values: dict[str, Any] = {
            "source": self.source, "file": self.path.name[:255], "sha256": self.sha256, "day": day,
            "fresh_day": day, "taken_at": self.now, "outcome": outcome.value,
            "scope": "", "dropped": {}, "flag_counts": {},
        }  # fmt: skip
        return new_id(self.tx.execute(insert(DeliveryRow).values(**values)))

    def refuse(self, refusal: Refusal) -> ImportReport:
        """A file that was never opened as a table."""
        self._drop_copy()
        delivery_id = self._record(Outcome.REFUSED)
        return self._finish(delivery_id, Outcome.REFUSED, refusal)

    def _finish(self, delivery_id: int, outcome: Outcome, refusal: Refusal | None) -> ImportReport:
        taking = self.taking
        change: dict[str, Any] = {
            "source": self.source, "outcome": outcome.value,
            "reason": refusal.text if refusal else None,
            "sha256": self.sha256,
        }  # fmt: skip
        if taking is not None:
            scope, units = self._scope(taking)
            change |= {
                "rows": taking.rows, "scope": scope, "dropped": dict(taking.dropped),
                "flag_counts": dict(taking.flag_counts),
                "loaded": 0 if outcome is Outcome.REFUSED else taking.loaded,
                "period_from": getattr(self, "period_from", None),
            }  # fmt: skip
            self._keep_details(delivery_id, taking, units)
            if outcome is not Outcome.REFUSED and self.archive is not None:
                change["archive"] = (
                    self.copy.keep() if self.copy
                    else archives.keep_whole(self.archive, self.path, self.sha256)
                )  # fmt: skip
        self.tx.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**change))
        return ImportReport(
            file=self.path.name, source=self.source, outcome=outcome, day=self.day,
            reason=refusal.text if refusal else None,
            reason_code=refusal.code if refusal else None,
            reason_facts=refusal.facts if refusal else {},
            delivery_id=delivery_id,
            rows=taking.rows if taking else 0,
            loaded=change.get("loaded", 0),
            rejects=tuple(taking.rejects) if taking else (),
            flags=tuple(taking.flags) if taking else (),
            flag_counts=dict(taking.flag_counts) if taking else {},
            dropped=dict(taking.dropped) if taking else {},
            suggestions=taking.suggestions() if taking else (),
        )  # fmt: skip

    def _keep_details(self, delivery_id: int, taking: Taking, units: frozenset[int]) -> None:
        for table, rows in (
            (DeliveryUnitRow, [{"unit_id": unit_id} for unit_id in sorted(units)]),
            (RejectRow, [{"row": r.row, "column": r.column, "value": r.value, "reason": r.reason}
                         for r in taking.rejects]),
            (RowFlagRow, [{"row": f.row, "key": f.key, "flag": f.flag, "detail": f.detail}
                          for f in taking.flags]),
        ):  # fmt: skip
            if rows:
                self.tx.execute(insert(table), [{"delivery_id": delivery_id, **r} for r in rows])

    def _drop_copy(self) -> None:
        if self.copy is not None:
            self.copy.drop()
            self.copy = None


def _refusal(error: UnreadableFile) -> Refusal:
    return Refusal(code=error.reason_code, text=error.message, facts=error.facts)


@dataclass(frozen=True, slots=True)
class _Copied:
    """The rows of a table, each written to the redacted copy as it passes."""

    body: Body
    copy: archives.RedactedCopy
    hidden: Callable[[list[str]], frozenset[int] | None]

    @property
    def columns(self) -> dict[str, int]:
        return self.body.columns

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for row, cells in self.body:
            self.copy.add(row, cells, self.hidden(cells))
            yield row, cells
