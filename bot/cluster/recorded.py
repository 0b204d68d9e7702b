"""What a person gave with `--from`, sorted out: documents, logs, and what was listed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bot.cluster import layouts, recordings
from bot.cluster.documents import ANY_KIND, Documents, Keep, whole
from bot.cluster.layouts import LogKey
from bot.evidence import GapReason, Listing
from bot.sources import SourceError

_DOCUMENTS = (".json", ".yaml", ".yml")
_NO_DOCUMENT = (".log", ".gz", ".tgz", ".zip", ".png", ".html")
_MOST_LINES = 1000
_LONGEST_LINE = 4000
_EVERY_POD = LogKey("", "", "")


class Listed(msgspec.Struct, frozen=True):
    """`listed.json`: the kinds of which everything was recorded, with or without a namespace."""

    cluster: tuple[str, ...] = ()
    namespaces: dict[str, tuple[str, ...]] = {}


class Recorded:
    """Everything below some paths: `documents`, and the last lines of each log in `logs`."""

    def __init__(self, keep: Keep = whole) -> None:
        self.documents = Documents(keep)
        self.logs: dict[LogKey, tuple[str, ...]] = {}

    def read(self, text: str) -> None:
        """Read a file, folder, archive or, for `-`, standard input.

        Raises SourceError when there is no such file.
        """
        if text == "-":
            self._entry(recordings.piped(sys.stdin.buffer))
            return
        path = Path(text)
        if not path.exists():
            raise SourceError(GapReason.UNREACHABLE, f"{text} does not exist", "check the path")
        for entry in recordings.entries(path):
            if isinstance(entry, recordings.Unreadable):
                self._miss(entry.path, entry.why)
            else:
                self._entry(entry)

    def _miss(self, path: str, why: str) -> None:
        self.documents.lost.add(ANY_KIND)
        self.documents.complain(path, why)

    def _entry(self, entry: recordings.Entry) -> None:
        key = layouts.log_key(entry.path)
        try:
            if key is not None:
                self._log(key, recordings.tail(entry))
            elif _is_document(entry):
                self._document(entry)
        except OSError as error:
            self._miss(entry.path, f"it could not be read ({error.strerror or error})")

    def _document(self, entry: recordings.Entry) -> None:
        if entry.size > recordings.LARGEST_DOCUMENT:
            self._miss(entry.path, f"{entry.size} bytes are too many; it was not read")
            return
        with entry.open() as file:
            data = file.read()
        if entry.path.rpartition("/")[2] == "listed.json":
            self._listed(data, entry.path)
            return
        self.documents.read(data, entry.path, layouts.namespace_of(entry.path))
        if layouts.BEGINS_LOG in data:
            self._log(_EVERY_POD, data)

    def _listed(self, data: bytes, path: str) -> None:
        try:
            listed = msgspec.json.decode(data, type=Listed)
        except msgspec.MsgspecError as error:
            self.documents.complain(path, f"it does not say what was listed ({error})")
            return
        self.documents.listings |= {Listing(kind, "") for kind in listed.cluster}
        self.documents.listings |= {
            Listing(kind, namespace)
            for namespace, kinds in listed.namespaces.items()
            for kind in kinds
        }

    def _log(self, key: LogKey, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        if key.container:
            self.logs[key] = _last_lines(text.split("\n"))
            return
        for inner, lines in layouts.sections(text):
            self.logs[inner] = _last_lines(lines)


def _is_document(entry: recordings.Entry) -> bool:
    if entry.given:
        return not entry.path.endswith(_NO_DOCUMENT)
    return entry.path.endswith(_DOCUMENTS)


def _last_lines(lines: Sequence[str]) -> tuple[str, ...]:
    kept = [line.rstrip("\r")[:_LONGEST_LINE] for line in lines[-_MOST_LINES - 1 :]]
    return tuple(kept[:-1] if kept and not kept[-1] else kept)[-_MOST_LINES:]
