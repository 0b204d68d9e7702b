"""The page about the settings says what the settings are."""

import msgspec

from bot.collect.source import REPOSITORY_ANNOTATION, WORKFLOW_ANNOTATION
from config.fields import FIELDS, REGISTRY_FIELDS
from config.load import CONFIG_VARIABLE
from config.settings import RegistriesSettings, RegistrySettings, Settings
from tools.configuration import PAGE, filled


def test_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == filled(text), "run make docs"
    assert [field for field in FIELDS if f"`{field.path}`" not in text] == []


def test_every_setting_has_a_row() -> None:
    top = msgspec.structs.fields(Settings)
    sections = {each.name: each.type for each in top if hasattr(each.type, "__struct_fields__")}
    names = {each.name for each in top if each.name not in sections}
    names |= {f"{name}.{field}" for name, of in sections.items() for field in of.__struct_fields__}
    assert {field.path for field in FIELDS} == names - {"registries.configured"}
    assert "configured" in RegistriesSettings.__struct_fields__
    assert set(REGISTRY_FIELDS) == set(RegistrySettings.__struct_fields__)


def test_what_is_no_setting_is_named_too() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = (CONFIG_VARIABLE, "_FILE", REPOSITORY_ANNOTATION, WORKFLOW_ANNOTATION)
    assert [name for name in names if f"`{name}`" not in text] == []
