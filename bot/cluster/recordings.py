"""Files, folders and archives as a stream of entries, so that nothing is ever unpacked.

An archive is read from its beginning to its end in memory: no path of it is ever a path of this
machine, links in it lead nowhere, and reading stops at a limit.
"""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Self

import msgspec

MOST_ENTRIES = 200_000
MOST_BYTES = 2 * 1024**3
LARGEST_DOCUMENT = 512 * 1024**2
TAIL_BYTES = 256 * 1024
_ARCHIVES = (".tar.gz", ".tgz", ".tar", ".tar.xz", ".tar.bz2")
_CHUNK = 1024**2
_NAMING = frozenset({
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
})  # fmt: skip
_LONGEST_NAME = 1024**2
_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)


class _Header(tarfile.TarInfo):
    """A tar header that keeps names short: the library reads a long name whole into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _NAMING and header.size > _LONGEST_NAME:
            raise tarfile.ReadError(f"a name of {header.size} bytes")
        return header


class Entry(msgspec.Struct, frozen=True):
    """A file: its path with slashes, its size in bytes, and a way to read it once."""

    path: str
    size: int
    open: Callable[[], IO[bytes]]
    lasting: bool
    """Whether it can be opened later too; an entry of an archive cannot."""
    given: bool = False
    """Whether a person named this very file."""


class Unreadable(msgspec.Struct, frozen=True):
    """A file that could not be read, and why, in a sentence."""

    path: str
    why: str


def piped(stream: IO[bytes]) -> Entry:
    """Read what another program writes to us; of what is too large, so much as shows that."""
    data = stream.read(LARGEST_DOCUMENT + 1)
    return Entry("standard input", len(data), lambda: BytesIO(data), lasting=True, given=True)


def entries(path: Path) -> Iterator[Entry | Unreadable]:
    """Walk a file, a folder (at any depth, links to folders not followed) or a tar archive."""
    if path.is_dir():
        home = path.resolve()
        for inner in sorted(path.rglob("*")):
            # A folder that somebody sent may hold links to the files of whoever reads it.
            if inner.is_file() and inner.resolve().is_relative_to(home):
                yield from _file(inner, given=False)
    else:
        yield from _file(path, given=True)


def _file(path: Path, *, given: bool) -> Iterator[Entry | Unreadable]:
    if path.name.endswith(_ARCHIVES):
        yield from _archive(path)
        return
    try:
        size = path.stat().st_size
    except OSError as error:
        yield Unreadable(str(path), error.strerror or "it cannot be read")
    else:
        yield Entry(path.as_posix(), size, lambda: path.open("rb"), lasting=True, given=given)


def _archive(path: Path) -> Iterator[Entry | Unreadable]:
    total = count = 0
    try:
        with tarfile.open(path, mode="r|*", tarinfo=_Header) as archive:
            for member in archive:
                if not member.isfile():
                    continue
                total, count = total + member.size, count + 1
                if total > MOST_BYTES or count > MOST_ENTRIES:
                    yield Unreadable(
                        str(path), "it unpacks to more than can be read, so the rest was not"
                    )
                    return
                opened = archive.extractfile(member)
                if opened is not None:
                    yield Entry(
                        f"{path.name}/{member.name}", member.size, _once(opened), lasting=False
                    )
    except _BROKEN as error:
        yield Unreadable(str(path), f"the archive is broken ({error}), so the rest was not read")


def _once(opened: IO[bytes]) -> Callable[[], IO[bytes]]:
    return lambda: opened


def tail(entry: Entry) -> bytes:
    """Read the end of an entry; what lies before it is skipped."""
    with entry.open() as file:
        if entry.lasting:
            file.seek(max(0, entry.size - TAIL_BYTES))
            end = file.read(TAIL_BYTES)
        else:
            end = b""
            while chunk := file.read(_CHUNK):
                end = (end + chunk)[-TAIL_BYTES:]
    if entry.size > TAIL_BYTES:  # the first line is cut
        end = end.partition(b"\n")[2]
    return end
