"""Which kinds of source are there, and how does each come? One line of the table a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from db.intake import (
    complaints,
    documents,
    dossiers,
    equipment,
    inspections,
    letters,
    mailboxes,
    milestones,
    offers,
    organisation,
    school_surveys,
    schools,
    surveys,
)
from db.intake.taking import Table, Taking


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How one kind of source is taken.

    `by_hand`: a book kept by hand, which the same bytes on a later day confirm. `lists`: a list of
    what exists now, which speaks only of the units that it names. `whole`: speaks of the whole
    district, whatever rows it has. `of_pieces`: files are told apart by the pieces that they list,
    not by the offices that sent them. `unstored` columns are read to decide something: the archive
    keeps only whether they were filled. `hide` says which columns of a row the archive may not
    keep, None for the whole row. `sums`: its total row adds up numbers, it does not count rows.
    `adds_up`: the table and key of rows that stay, and are flagged, when a later file lacks them.
    """

    load: Callable[[Taking, Table], None]
    by_hand: bool = False
    lists: bool = False
    whole: bool = False
    of_pieces: bool = False
    unstored: tuple[str, ...] = ()
    hide: Callable[[Taking, list[str], dict[str, int]], frozenset[str] | None] | None = None
    sums: bool = False
    adds_up: tuple[str, str] | None = None


KINDS: dict[str, Kind] = {
    "dossiers": Kind(load=dossiers.load, adds_up=("dossiers", "code")),
    "letters": Kind(
        load=letters.load,
        by_hand=True,
        whole=True,
        unstored=("signer",),
        adds_up=("letters", "code || ' ' || number"),
    ),
    "mailboxes": Kind(load=mailboxes.load, lists=True, hide=mailboxes.hidden_columns),
    "documents": Kind(
        load=documents.load, hide=documents.hidden_columns, adds_up=("documents", "number")
    ),
    "complaints": Kind(load=complaints.load, hide=complaints.hidden_columns),
    "milestones": Kind(load=milestones.load, by_hand=True, lists=True),
    "inspections": Kind(load=inspections.load, by_hand=True, whole=True, sums=True),
    "surveys": Kind(
        load=surveys.load,
        by_hand=True,
        sums=True,
        adds_up=(
            "surveys s JOIN units u ON u.id = s.unit_id JOIN fields f ON f.id = s.field_id",
            "s.period || ' ' || u.name || ' ' || f.name",
        ),
    ),
    "school_surveys": Kind(
        load=school_surveys.load,
        by_hand=True,
        sums=True,
        adds_up=(
            "school_surveys s JOIN units u ON u.id = s.unit_id",
            "s.school_year || ' ' || u.name",
        ),
    ),
    "procedures": Kind(load=offers.load, by_hand=True, whole=True),
    "schools": Kind(load=schools.load, by_hand=True, whole=True, of_pieces=True, sums=True),
    "equipment": Kind(load=equipment.load, by_hand=True, lists=True, sums=True),
    "units": Kind(load=organisation.load, by_hand=True, whole=True),
}
