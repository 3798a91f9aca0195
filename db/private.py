"""Who may read what this installation keeps? Its owner alone, whatever the umask says.

What exists keeps the rights that it has: an administrator may have shared a folder on purpose. (On
Windows the rights of the folder above are inherited.)
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = 0o700
FILE = 0o600


def private_folder(path: Path) -> Path:
    """Makes the folder, and those above it that are missing, for the owner alone."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER, exist_ok=True)
    return path


def private_file(path: Path) -> Path:
    """Makes an empty file that only its owner may read, where there is none yet."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, FILE))
    return path
