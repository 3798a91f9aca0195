"""What becomes of a delivered file? Reads it, loads its rows, and accepts or refuses it whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db.handover import hand_over
from db.indicators import date_of, day_of
from db.intake import ledger, letters, offers
from db.intake.apart import Reading, start_reading
from db.intake.body import Body, read_table
from db.intake.gate import Previous, Refusal, judge_file, may_be_one_page
from db.intake.header import Header, explain_missing
from db.intake.keeping import Keeper
from db.intake.kinds import KINDS
from db.intake.ledger import Earlier
from db.intake.refusals import UnreadableFile
from db.intake.rules import IntakeRules
from db.intake.scopes import scope_of
from db.intake.taking import Taking
from db.intake.workbook import Sheet, check_kind, hash_file
from db.records import Doubt, ImportReport, Outcome, Workdays
from db.units import UnitIndex

# What a list of units or an export may leave open with a unit that has ended.
HANDED_OVER = frozenset({"units", "dossiers", "complaints"})


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
    try:
        check_kind(path, rules.limits)  # a file too large is not even hashed
        sha256 = hash_file(path)
    except UnreadableFile as error:
        delivery = _Delivery(tx, path, "", day, now, rules, calendar, archive, source)
        return delivery.close(delivery.begin(), _refusal(error))
    except (FileNotFoundError, IsADirectoryError) as error:
        folder = isinstance(error, IsADirectoryError)
        what = "is a folder (name the files in it)" if folder else "is no file: it is not there"
        return ImportReport(
            # "." and "/" have no name of their own.
            file=path.name or str(path), source=source, outcome=Outcome.REFUSED, day=day,
            reason=f"{path} {what}", reason_code="no_file",
        )  # fmt: skip
    return _Delivery(tx, path, sha256, day, now, rules, calendar, archive, source).take()


class _Delivery:
    """One file being taken: the steps share what was found out before."""

    def __init__(
        self,
        tx: Connection,
        path: Path,
        sha256: str,
        day: date,
        now: datetime,
        rules: IntakeRules,
        calendar: Workdays,
        archive: Path | None,
        source: str | None,
    ) -> None:
        self.tx, self.path, self.sha256, self.day, self.now = tx, path, sha256, day, now
        self.rules, self.calendar, self.source = rules, calendar, source
        self.keeper = Keeper(archive, path, sha256)
        self.taking: Taking | None = None
        self.earlier: tuple[Earlier, ...] = ()
        self.fresh_day = day_of(day)

    def take(self) -> ImportReport:
        same = ledger.delivered_before(self.tx, self.sha256, self.source, self.day)
        if same is not None:
            return self._unchanged(same)
        delivery_id = self.begin()
        try:
            reading = start_reading(self.path, self.rules.limits)
        except UnreadableFile as error:
            return self.close(delivery_id, _refusal(error))
        rows = self.tx.begin_nested()
        try:
            refusal = self._load(delivery_id, reading)
        except UnreadableFile as error:
            refusal = _refusal(error)
        except BaseException:
            self.keeper.drop()
            raise
        finally:
            reading.close()
        if refusal is not None:
            rows.rollback()
            self.keeper.drop()
            return self.close(delivery_id, refusal)
        rows.commit()
        self._flag_missing(delivery_id)
        self._settle(delivery_id)
        return self.close(delivery_id, None)

    # --- the steps ---

    def _load(self, delivery_id: int, reading: Reading) -> Refusal | None:
        """Loads the rows of the first sheet that is a table, and judges the file as a whole."""
        sheet, header, body = self._table(reading.sheets)
        self.source = header.kind
        kind = KINDS[header.kind]
        taking = self.taking = self._start(delivery_id, header)
        if header.period:
            self._note_period(taking, header.row, header.period[1])
        kind.load(taking, self.keeper.table(taking, kind, body, sheet.kind))
        taking.dropped.update({name: n for name, n in body.dropped.items() if name == "total"})
        scope = scope_of(taking, kind)
        self.earlier = ledger.comparable(self.tx, header.kind, scope, taking.day)
        total = None if kind.sums else body.printed_total
        previous = taking.replaced or _last_of(self.earlier)
        if may_be_one_page(rows=taking.rows, printed_total=total, previous=previous):
            taking.doubts.append(Doubt(kind="one_page", facts={"rows": taking.rows}))
        taking.doubts += [
            Doubt(kind="repaired_text", facts={"encoding": name})
            for name in dict.fromkeys(reading.repairs)
        ]
        return judge_file(
            rows=taking.rows,
            bad=taking.bad,
            printed_total=total,
            previous=previous,
            rules=self.rules,
            first_reason=taking.rejects[0].reason if taking.rejects else "",
        )

    def _note_period(self, taking: Taking, row: int, last: int) -> None:
        """What a file prints of its period: it tells of no day after it."""
        ended = date_of(last)
        self.fresh_day = min(taking.day, last)
        # An export of last year may be meant; if it is not, somebody should know. Nor is one of
        # days gone by what is expected: of today, or of the working day before.
        if taking.reporting_year.of(ended) < taking.year:
            flag = "period_of_another_year"
        elif self.calendar.between(ended, self.day) > 1:
            flag = "period_over"
        else:
            return
        taking.flag(row, self.path.name[:80], flag, f"to {ended:%d/%m/%Y}")

    def _table(self, sheets: Iterator[Sheet]) -> tuple[Sheet, Header, Body]:
        words = self.rules.words
        for sheet in sheets:
            found = read_table(
                sheet.rows, words.synonyms, required=words.required, keys=words.keys,
                kind=self.source,
            )  # fmt: skip
            if found is None or found[0].kind not in KINDS:
                continue
            header, body = found
            if header.missing:
                self.source = header.kind
                spoken = words[header.kind].spoken
                raise UnreadableFile("columns_missing", explain_missing(header, spoken))
            return sheet, header, body
        wanted = f"of kind '{self.source}' " if self.source else ""
        raise UnreadableFile(
            "no_header",
            f"no header {wanted}was found in the first 30 rows (export the list with its column"
            " titles, e.g. Số hồ sơ, Ngày tiếp nhận, Ngày hẹn trả)",
        )

    def _start(self, delivery_id: int, header: Header) -> Taking:
        taking = Taking(
            tx=self.tx, delivery_id=delivery_id, day=day_of(self.day),
            words=self.rules.words[header.kind], rules=self.rules, calendar=self.calendar,
            units=UnitIndex(self.tx, self.day, self.rules.aliases), header=header,
            source=header.kind, older=ledger.has_newer(self.tx, header.kind, self.day),
            texts=header.printed,
        )  # fmt: skip
        # A list replaces what came like it, in whichever year.
        taking.earlier = lambda: [
            file.id
            for file in ledger.comparable(
                self.tx,
                header.kind,
                scope_of(taking, KINDS[header.kind]),
                taking.day,
                of_any_period=True,
            )
        ]
        return taking

    def _flag_missing(self, delivery_id: int) -> None:
        """Rows that such files had before: they stay, and somebody looks into it."""
        taking = self.taking
        if taking is None or taking.older or (known := KINDS[taking.source].adds_up) is None:
            return
        for key, flag in ledger.missing_from(
            self.tx, *known, delivery_id, taking.day, self.earlier
        ):
            taking.flag(0, key, flag)

    def _settle(self, delivery_id: int) -> None:
        """What other rows learn from these: letters, online offers, successors of ended units."""
        if self.source in HANDED_OVER:
            hand_over(self.tx, self.day)
        if self.source in ("dossiers", "letters"):
            letters.settle_letters(self.tx)
        if self.source in ("dossiers", "procedures"):
            offers.settle_offered(self.tx, delivery_id if self.source == "dossiers" else None)

    # --- the record ---

    def begin(self) -> int:
        return ledger.begin(
            self.tx, source=self.source, file=self.path.name, sha256=self.sha256, day=self.day,
            now=self.now,
        )  # fmt: skip

    def close(self, delivery_id: int, refusal: Refusal | None) -> ImportReport:
        taking, kept, scope = self.taking, None, None
        outcome = Outcome.REFUSED
        if refusal is None and taking is not None:
            outcome = Outcome.ACCEPTED_WITH_REJECTS if taking.bad else Outcome.ACCEPTED
            kept = self.keeper.keep(taking, KINDS[taking.source])
        if taking is not None:
            refused = outcome is Outcome.REFUSED
            scope = scope_of(taking, KINDS[taking.source], refused=refused)
        ledger.close(
            self.tx, delivery_id, source=self.source, outcome=outcome,
            reason=refusal.text if refusal else None, taking=taking,
            scope=scope, archive=kept, fresh_day=self.fresh_day,
            last=self.earlier[0] if self.earlier else None,
        )  # fmt: skip
        report = ImportReport(
            file=self.path.name, source=self.source, outcome=outcome, day=self.day,
            delivery_id=delivery_id,
            reason=refusal.text if refusal else None,
            reason_code=refusal.code if refusal else None,
            reason_facts=refusal.facts if refusal else {},
        )  # fmt: skip
        if taking is None:
            return report
        return replace(
            report,
            rows=taking.rows, loaded=0 if refusal else taking.loaded,
            rejects=tuple(taking.rejects), flags=tuple(taking.flags),
            flag_counts=dict(taking.flag_counts), dropped=dict(taking.dropped),
            unread=taking.unread(), doubts=tuple(taking.doubts), suggestions=taking.suggestions(),
        )  # fmt: skip

    def _unchanged(self, same: Any) -> ImportReport:
        """The same bytes again: no news, but a book kept by hand is confirmed as of the new day."""
        if day_of(self.day) > same["day"] and KINDS[same["source"]].by_hand:
            ledger.confirm(self.tx, same, self.path.name, self.day, self.now)
        return ImportReport(
            file=self.path.name, source=same["source"], outcome=Outcome.UNCHANGED, day=self.day,
            rows=same["rows"], delivery_id=same["id"],
            reason=f"the same file was taken on {date_of(same['day']):%d/%m/%Y}",
        )  # fmt: skip


def _last_of(earlier: tuple[Earlier, ...]) -> Previous | None:
    return Previous(rows=earlier[0].rows, day=earlier[0].day) if earlier else None


def _refusal(error: UnreadableFile) -> Refusal:
    return Refusal(code=error.reason_code, text=error.message, facts=error.facts)
