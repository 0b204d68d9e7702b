"""The operator's own map from images to repositories and workflows, read from YAML.

images:
  - image: docker.io/acme/api
    repository: acme/api
    workflow: .github/workflows/release.yml
  - image: ghcr.io/acme/*
    repository: acme/monorepo
owners: [acme]
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
import yaml

from bot.images import DOCKER_HUB, ImageRef
from config.mistakes import place, why

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", re.ASCII)
_WORKFLOW = re.compile(r"\.github/workflows/[^/\s]{1,200}\.ya?ml", re.ASCII)


class CatalogError(Exception):
    """The catalog cannot be used; the message names the file, the entry and what is expected."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Images that match the pattern come from this repository. `*` matches anything but nothing."""

    image: str
    repository: str
    workflow: str = ""

    def serves(self, image: ImageRef) -> bool:
        """Whether the entry is about this image, whatever its tag."""
        pattern = self.image if _has_host(self.image) else f"{DOCKER_HUB}/{self.image}"
        return fnmatchcase(image.name, pattern)


class Catalog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All entries, first match wins, and the owners whose workflow files may be searched."""

    images: tuple[Entry, ...] = ()
    owners: tuple[str, ...] = ()

    def source_of(self, image: ImageRef) -> tuple[str, str] | None:
        """(repository, workflow file or empty) for an image; None when the catalog is silent."""
        found = next((entry for entry in self.images if entry.serves(image)), None)
        return (found.repository, found.workflow) if found else None


def read_catalog(path: str) -> Catalog:
    """Read a catalog file; an empty path is an empty catalog. Raises CatalogError."""
    if not path:
        return Catalog()
    try:
        document = yaml.safe_load(Path(path).expanduser().read_text(encoding="utf-8")) or {}
        catalog = msgspec.convert(document, Catalog)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: cannot be read ({why(error)})") from error
    except yaml.YAMLError as error:
        raise CatalogError(f"{path}: not valid YAML{place(error)}") from error
    except msgspec.ValidationError as error:
        raise CatalogError(f"{path}: {error}") from error
    for number, entry in enumerate(catalog.images, start=1):
        _check(path, number, entry)
    return catalog


def is_repository(text: str) -> bool:
    """Whether a text is OWNER/NAME as GitHub allows it."""
    return _REPOSITORY.fullmatch(text) is not None


def _check(path: str, number: int, entry: Entry) -> None:
    if not is_repository(entry.repository):
        raise CatalogError(
            f"{path}: images, entry {number}: {entry.repository!r} is no repository (owner/name)"
        )
    if entry.workflow and not _WORKFLOW.fullmatch(entry.workflow):
        raise CatalogError(
            f"{path}: images, entry {number}: {entry.workflow!r} is no workflow file"
            " (.github/workflows/NAME.yml)"
        )
    if ":" in entry.image.rpartition("/")[2]:
        raise CatalogError(
            f"{path}: images, entry {number}: {entry.image!r} has a tag; leave it out"
        )


def _has_host(pattern: str) -> bool:
    head, slash, _ = pattern.partition("/")
    return bool(slash) and (head == "localhost" or "." in head or ":" in head)
