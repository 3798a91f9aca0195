#!/usr/bin/env python3
"""One script for people and CI: ./do VERB (standard library only; ./do lists the verbs)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCK = HERE / "requirements.lock"
# The lock file has one part for each purpose; a part holds all it needs and starts with this line.
PARTS = ("run", "dev", "bench")
MARK = "# === {} ===\n"


def say(text: str) -> None:
    print(f"[do] {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, **env: str) -> int:
    return subprocess.run([str(c) for c in command], cwd=HERE, env={**os.environ, **env}).returncode


def part_of_lock(part: str) -> str:
    text = LOCK.read_text(encoding="utf-8")
    start = text.index(MARK.format(part))
    ends = [text.find(MARK.format(other), start + 1) for other in PARTS]
    return text[start : min((e for e in ends if e > 0), default=len(text))]


def setup(part: str = "run") -> int:
    """Makes .venv with the locked packages of a part and the project; does nothing twice."""
    if sys.version_info < (3, 11):  # noqa: UP036 - people start this with any Python
        say(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}"
            " (try: python3.11 do setup)"
        )
        return 2
    wanted = part_of_lock(part)
    seal = VENV / f".installed-{part}"
    mark = hashlib.sha256(
        (wanted + (HERE / "pyproject.toml").read_text("utf-8")).encode()
    ).hexdigest()
    if seal.exists() and seal.read_text() == mark and (BIN / "dunghen").exists():
        return 0
    if not (BIN / "python").exists():
        say("making .venv")
        if run(sys.executable, "-m", "venv", VENV):
            return 1
    say(f"installing the locked packages ({part})")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(wanted, encoding="utf-8")
        pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        if run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", file):
            return 1
    # The project is linked, not copied: a .pth file and a launcher need no build tool.
    site = next(VENV.glob("lib/python*/site-packages"), VENV / "Lib" / "site-packages")
    (site / "dung-hen.pth").write_text(str(HERE) + "\n", encoding="utf-8")
    launcher = BIN / "dunghen"
    launcher.write_text(
        f"#!{BIN / 'python'}\nimport sys\nfrom dunghen import main\n\nsys.exit(main())\n"
    )
    launcher.chmod(0o755)
    seal.write_text(mark)
    say("ready: .venv/bin/dunghen --help")
    return 0


def python(*arguments: str, part: str = "run", **env: str) -> int:
    return setup(part) or run(BIN / "python", *arguments, **env)


def demo(*rest: str) -> int:
    """The whole thing on invented data, in the browser: no token, no internet."""
    return python("-m", "dunghen", "demo", *rest)


def test(*rest: str) -> int:
    """All tests; arguments go to pytest."""
    # Many tests wait for a bot or a process: on two cores three at a time are quicker than two.
    return python("-m", "pytest", *(rest or ("-n", "3")), part="dev")


def check(*_: str) -> int:
    """Format, lint, types, floors, dependencies."""
    if setup("dev"):
        return 1
    gates: dict[str, tuple[str | Path, ...]] = {
        "format": (BIN / "ruff", "format", "--check", ".", "do"),
        "lint": (BIN / "ruff", "check", ".", "do"),
        "types": (BIN / "mypy",),
        "floors": (BIN / "lint-imports", "--no-logo"),
        "dependencies": (BIN / "deptry", "."),
    }
    failed = [name for name, command in gates.items() if run(*command)]
    say(f"failed: {', '.join(failed)}" if failed else "all gates passed")
    return 1 if failed else 0


def bench(*rest: str) -> int:
    """Prints the benchmark's table: ratios of one run against a floor and against the usual way."""
    return python("-m", "tests.bench", *rest, part="bench")


def lock(*_: str) -> int:
    """Writes requirements.lock from pyproject.toml; needs uv on the PATH."""
    flags = "--universal --python-version 3.11 --generate-hashes --no-header --no-annotate"
    flags += " --no-emit-index-url --no-emit-find-links --quiet"
    text = "# Written by ./do lock. Each part is whole: pip installs one with --require-hashes.\n"
    for part in PARTS:
        extra = () if part == "run" else ("--extra", part)
        command = ("uv", "pip", "compile", *flags.split(), *extra, "pyproject.toml")
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
        if done.returncode:
            say(done.stderr.strip())
            return 1
        text += MARK.format(part) + done.stdout
    LOCK.write_text(text, encoding="utf-8")
    return 0


VERBS = {"setup": setup, "demo": demo, "test": test, "check": check, "bench": bench, "lock": lock}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help") or arguments[0] not in VERBS:
        print("usage: ./do VERB\n")
        for name, verb in VERBS.items():
            print(f"  {name:7}{(verb.__doc__ or '').splitlines()[0]}")
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    try:
        return VERBS[arguments[0]](*arguments[1:])
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
