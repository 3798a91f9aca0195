"""Which pauses stopped a dossier's clock? An export names the last one only; others are kept here.

Rules: domain reference 2.3 (all closed pauses are taken off; a second request is bad practice). A
pause is known by its start: told again with another end it is corrected. One that overlaps what a
newer export tells is the same pause with a corrected start.
"""

from __future__ import annotations

from db.indicators import DAY

Pause = tuple[int, int | None]  # from when until when; None: not closed

# How what an upsert displaces is kept: "day:from-to" for each, the day being the last that told it.
# The same file naming a dossier twice displaces nothing: one of its rows is the better one.
REMEMBER = (
    "earlier_pauses = CASE WHEN dossiers.pause_from IS NULL"
    " OR dossiers.pause_from = excluded.pause_from"
    " OR dossiers.delivery_id = excluded.delivery_id THEN dossiers.earlier_pauses"
    " ELSE COALESCE(dossiers.earlier_pauses || ' ', '') || dossiers.day || ':'"
    " || dossiers.pause_from || '-' || COALESCE(CAST(dossiers.pause_to AS TEXT), '') END"
)
# The same of a row of an older file that comes late.
REMEMBER_OLDER = (
    "UPDATE dossiers SET earlier_pauses = COALESCE(earlier_pauses || ' ', '') || :told"
    " WHERE code = :code AND paper_unit_id = :paper AND day > :day"
    " AND (pause_from IS NULL OR pause_from <> :start)"
)


def told(day: int, start: int, end: int | None) -> str:
    """One pause as it is kept, and the day of the delivery that told it."""
    return f"{day}:{start}-{end or ''}"


def tidied(earlier: str) -> str:
    """The kept pauses in the order of their days, each as it was told last."""
    by_start = {start: (day, start, end) for day, start, end in sorted(_read(earlier), key=_day)}
    return " ".join(told(*each) for each in sorted(by_start.values()))


def pauses_of(start: int | None, end: int | None, earlier: str | None) -> tuple[Pause, ...]:
    """The pauses of a dossier, rising: the one of its newest delivery and the closed ones before.

    Where the newest delivery shows no pause at all, it is believed: there is none.
    """
    if start is None:
        return ()
    found: list[Pause] = [(start, end)]
    if earlier is None:
        return tuple(found)
    by_start = {kept: (day, until) for day, kept, until in sorted(_read(earlier), key=_day)}
    newest_first = sorted(by_start.items(), key=lambda each: (each[1][0], each[0]), reverse=True)
    for kept, (_day_told, until) in newest_first:
        if until is not None and not any(_overlap((kept, until), other) for other in found):
            found.append((kept, until))
    return tuple(sorted(found, key=lambda each: each[0]))


def _read(earlier: str) -> list[tuple[int, int, int | None]]:
    entries = []
    for entry in earlier.split():
        day, _, times = entry.partition(":")
        start, _, end = times.partition("-")
        entries.append((int(day), int(start), int(end) if end else None))
    return entries


def _day(entry: tuple[int, int, int | None]) -> int:
    return entry[0]


def _overlap(one: Pause, other: Pause) -> bool:
    """Whether both claim the same days; one may begin on the day on which the other ends."""
    (start, end), (start_2, end_2) = one, other
    if start // DAY == start_2 // DAY:
        return True
    before_end = end_2 is None or start // DAY < end_2 // DAY
    return before_end and (end is None or start_2 // DAY < end // DAY)
