"""What have all buttons in common? The kind that each of them is; nothing more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """Whatever stands below a message."""
