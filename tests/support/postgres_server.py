"""A server of PostgreSQL for a test, in a folder of its own; Debian's package has its programs."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _program(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([*map(str, _PLACES), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"{name} is not installed: `apt-get install postgresql` brings it")
    return found


def _as_user() -> tuple[list[str], str]:
    """How to run a program of the server, which refuses to be root's; and the user's name."""
    if os.getuid() != 0:
        return [], pwd.getpwuid(os.getuid()).pw_name
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return ["runuser", "-u", "postgres", "--"], "postgres"


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database, on a socket that nobody else has."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    before, user = _as_user()
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket has to be
    if before:
        shutil.chown(folder, user)
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        # Its own output goes to a file: a server that inherits a pipe would hold it open.
        with (folder / "out").open("wb") as out:
            subprocess.run(
                [*before, *command], check=True, stdout=out, stderr=out, cwd=folder, timeout=240
            )

    try:
        run(initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(pg_ctl, "-D", str(data), "-l", str(log), "-w", "-t", "200", "-o", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
