"""The catalog: which repository an image comes from."""

from pathlib import Path

import pytest

from bot.images import parse
from config.catalog import Catalog, CatalogError, Entry, read_catalog


def test_first_entry_wins_when_two_match() -> None:
    catalog = Catalog(
        images=(
            Entry(image="acme/api", repository="acme/api", workflow=".github/workflows/a.yml"),
            Entry(image="acme/*", repository="acme/mono"),
        )
    )
    assert catalog.source_of(parse("acme/api:1")) == ("acme/api", ".github/workflows/a.yml")
    assert catalog.source_of(parse("acme/web")) == ("acme/mono", "")
    assert catalog.source_of(parse("ghcr.io/acme/web")) is None


def test_shipped_catalog_is_valid_and_empty() -> None:
    shipped = Path(__file__).parents[2] / "config" / "catalog.yaml"
    assert read_catalog(str(shipped)) == Catalog()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("images: [{image: a/b, repository: acme}]", "'acme' is no repository (owner/name)"),
        (
            "images: [{image: a/b, repository: a/b, workflow: x.yml}]",
            "'x.yml' is no workflow file (.github/workflows/NAME.yml)",
        ),
        ("images: [{image: 'a/b:1', repository: a/b}]", "'a/b:1' has a tag; leave it out"),
        ("images: [{image: a/b}]", "Object missing required field `repository`"),
        ("images: [", "not valid YAML: line 1, column 10"),
    ],
)
def test_catalog_is_refused_with_place_and_reason(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_text(text)
    with pytest.raises(CatalogError) as caught:
        read_catalog(str(file))
    assert problem in str(caught.value)


def test_broken_catalog_is_told_in_one_line_without_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_text("owners: [acme]\nimages: {s3cret\n  - x\n")
    with pytest.raises(CatalogError) as caught:
        read_catalog(str(file))
    assert str(caught.value) == f"{file}: not valid YAML: line 4, column 1"


def test_catalog_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_bytes(b"images: \xff\xfe")
    with pytest.raises(CatalogError, match="cannot be read \\(it is not UTF-8 text\\)"):
        read_catalog(str(file))


def test_catalog_is_refused_when_the_file_is_missing() -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        read_catalog("/does/not/exist.yaml")
