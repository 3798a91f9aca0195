"""Which field, or which procedure, does a text name? New ones are added as they are met."""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from db.names import fold
from db.tables import FieldRow, ProcedureRow

NO_FIELD = "(chưa ghi lĩnh vực)"


class Names:
    """Fields and procedures by their text; one spelling is looked up once."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self.fields_by_text: dict[str, int] = {}
        self._fields = dict(tx.execute(select(FieldRow.key, FieldRow.id)).all())
        self.procedures = {(code, name): number for code, name, number in tx.execute(
            select(ProcedureRow.code, ProcedureRow.name, ProcedureRow.id)
        )}  # fmt: skip

    def field(self, text_: str) -> int:
        name = text_ or NO_FIELD
        key = fold(name).removeprefix("linh vuc ")
        if key not in self._fields:
            self._fields[key] = self._add("fields", {"key": key, "name": name[:120]})
        self.fields_by_text[text_] = self._fields[key]
        return self._fields[key]

    def procedure(self, code: str, name: str) -> int | None:
        if not (code or name):
            return None
        values = {"code": code[:60], "name": name[:300]}
        self.procedures[code, name] = self._add("procedures", values)
        return self.procedures[code, name]

    def _add(self, table: str, values: dict[str, str]) -> int:
        names = ", ".join(values)
        first = next(iter(values))
        sql = (
            f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + n for n in values)})"
            f" ON CONFLICT DO NOTHING RETURNING id"
        )
        added = self._tx.execute(text(sql), values).scalar()
        if added is None:
            same = " AND ".join(
                f"{n} = :{n}" for n in values if table == "procedures" or n == first
            )
            added = self._tx.execute(text(f"SELECT id FROM {table} WHERE {same}"), values).scalar()
        return int(added)  # type: ignore[arg-type]
