"""Each test of the store on SQLite, and on a real PostgreSQL where its programs are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.store import Store, open_store

_PLACES = "/usr/lib/postgresql/*/bin"
_NUMBERS = count()


def _program(name: str) -> str | None:
    """Where a program of PostgreSQL is: Debian keeps them out of the path."""
    places = sorted(map(str, Path("/").glob(_PLACES[1:])), reverse=True)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *places]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL that is only there for these tests."""
    initdb, server, psql = map(_program, ("initdb", "postgres", "psql"))
    if not (initdb and server and psql):
        pytest.skip("no PostgreSQL here: install it, and its tests run")
    # It refuses to run as root, and reads its folder as the user that it runs as.
    user = "postgres" if os.geteuid() == 0 else None
    folder = tmp_path_factory.mktemp("postgresql")
    if user:
        shutil.chown(folder, user)
        for parent in list(folder.parents)[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
    data, port = folder / "data", _free_port()
    subprocess.run(
        [initdb, "-D", data, "-U", "bot", "-A", "trust", "--no-sync"],
        check=True, capture_output=True, user=user,
    )  # fmt: skip
    options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    log = (folder.parent / "postgresql.log").open("wb")
    running = subprocess.Popen(
        [server, "-D", data, "-p", str(port), *options.split()], stdout=log, stderr=log, user=user
    )
    try:
        yield f"bot@127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)
        log.close()


def _new_database(address: str) -> str:
    """A database of its own for one test; asked for until the server has started."""
    name = f"test{next(_NUMBERS)}"
    host, _, port = address.partition("@")[2].partition(":")
    psql = _program("psql") or ""
    command = [psql, "-h", host, "-p", port, "-U", "bot", "-d", "postgres", "-c",
               f"CREATE DATABASE {name}"]  # fmt: skip
    for _ in range(100):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return f"postgresql+asyncpg://{address}/{name}"
        subprocess.run(["sleep", "0.1"], check=True)
    raise TimeoutError("PostgreSQL did not start")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    return _new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened
