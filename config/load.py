"""Settings from the environment and one YAML file; every mistake is reported, not just the first.

The environment wins over the file. Any variable also works with `_FILE` appended, naming a file
that holds the value, which is how secrets are mounted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import yaml

from config.fields import FIELDS, Field
from config.mistakes import place, why
from config.settings import RegistrySettings, Secret, Settings

CONFIG_VARIABLE = "WHYFAILING_CONFIG"
_LARGEST_FILE = 1_000_000
DOCKER_HUB = "docker.io"
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_UNSET = object()


class SettingsError(Exception):
    """One sentence for each mistake, in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(environment: Mapping[str, str]) -> Settings:
    """Read all settings. Raises SettingsError with every mistake there is."""
    problems: list[str] = []
    document = _document(environment.get(CONFIG_VARIABLE, ""), problems)
    problems.extend(_unknown_keys(document))
    sections: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        value = _value(field, environment, document, problems)
        if value is not _UNSET:
            sections.setdefault(field.section, {})[field.name] = value
    registries = _registries(environment, document, problems)
    if registries:
        sections.setdefault("registries", {})["configured"] = registries
    problems.extend(_contradictions(sections))
    if problems:
        raise SettingsError(problems)
    hints = get_type_hints(Settings)
    top = sections.pop("", {})
    return Settings(**top, **{name: hints[name](**values) for name, values in sections.items()})


def _document(path: str, problems: list[str]) -> dict[str, Any]:
    if not path:
        return {}
    try:
        text = _text(path)
        document = yaml.safe_load(text) or {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{CONFIG_VARIABLE}={path}: the file cannot be read ({why(error)})")
        return {}
    except yaml.YAMLError as error:
        problems.append(f"{path}: not valid YAML{place(error)}")
        return {}
    if not isinstance(document, dict):
        problems.append(f"{path}: a mapping of settings is expected at the top")
        return {}
    return document


def _text(path: str) -> str:
    with Path(path).expanduser().open(encoding="utf-8") as file:
        return file.read(_LARGEST_FILE)


def _unknown_keys(document: dict[str, Any]) -> list[str]:
    known = {field.path for field in FIELDS} | {"registries.configured"}
    sections = {field.section for field in FIELDS if field.section}
    problems = []
    for name, value in document.items():
        if name in sections:
            if not isinstance(value, dict):
                problems.append(f"{name}: a mapping is expected")
                continue
            problems.extend(
                f"{name}.{key}: there is no such setting"
                for key in value
                if f"{name}.{key}" not in known
            )
        elif name not in known:
            problems.append(f"{name}: there is no such setting")
    return problems


def _value(
    field: Field, environment: Mapping[str, str], document: dict[str, Any], problems: list[str]
) -> Any:
    raw, origin = _raw(field, environment, document, problems)
    if raw is _UNSET:
        return _UNSET
    section = get_type_hints(Settings).get(field.section, Settings)
    wanted = get_type_hints(section)[field.name]
    if isinstance(raw, str) and wanted == tuple[str, ...]:
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    try:
        return msgspec.convert(raw, wanted, strict=False, dec_hook=_secret)
    except msgspec.ValidationError as error:
        problems.append(f"{origin}: {field.meaning}: {str(error)[:1].lower()}{str(error)[1:]}")
        return _UNSET


def _raw(
    field: Field, environment: Mapping[str, str], document: dict[str, Any], problems: list[str]
) -> tuple[Any, str]:
    if environment.get(field.variable):
        return environment[field.variable], field.variable
    path = environment.get(f"{field.variable}_FILE", "")
    if path:
        try:
            return _text(path).strip(), f"{field.variable}_FILE"
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{field.variable}_FILE={path}: the file cannot be read ({why(error)})")
            return _UNSET, ""
    inside = document.get(field.section) if field.section else document
    if isinstance(inside, dict) and inside.get(field.name) is not None:
        return inside[field.name], field.path
    return _UNSET, ""


def _secret(kind: type, value: Any) -> Any:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise ValueError("a text is expected")


def _registries(
    environment: Mapping[str, str], document: dict[str, Any], problems: list[str]
) -> tuple[RegistrySettings, ...]:
    section = document.get("registries")
    listed = section.get("configured", []) if isinstance(section, dict) else []
    found = []
    for number, item in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        try:
            found.append(msgspec.convert(item, RegistrySettings, strict=False, dec_hook=_secret))
        except msgspec.ValidationError as error:
            problems.append(f"registries.configured, entry {number}: {error}")
    token, _ = _raw(Field("", "", "DOCKERHUB_TOKEN", ""), environment, {}, problems)
    username = environment.get("DOCKERHUB_USERNAME", "")
    if token is not _UNSET and username:
        hub = next((item for item in found if item.host == DOCKER_HUB), None)
        found = [item for item in found if item is not hub]
        found.append(
            msgspec.structs.replace(
                hub or RegistrySettings(host=DOCKER_HUB), username=username, password=Secret(token)
            )
        )
    elif token is not _UNSET or username:
        problems.append("DOCKERHUB_USERNAME and DOCKERHUB_TOKEN belong together: set both")
    return tuple(found)


def _contradictions(sections: dict[str, dict[str, Any]]) -> list[str]:
    problems = []
    level = sections.get("", {}).get("log_level", "INFO")
    if level not in _LOG_LEVELS:
        problems.append(f"LOG_LEVEL: {level!r} is none of {', '.join(_LOG_LEVELS)}")
    github = sections.get("github", {})
    if bool(github.get("app_id")) != bool(github.get("app_private_key")):
        problems.append("GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY belong together: set both")
    slack = sections.get("slack", {})
    problems.extend(
        f"SLACK_NAMESPACES: {pair!r} is no CHANNEL=NAMESPACE"
        for pair in slack.get("namespaces", ())
        if not all(pair.partition("="))
    )
    for name, prefix in (("bot_token", "xoxb-"), ("app_token", "xapp-")):
        token = slack.get(name)
        if token and not token.reveal().startswith(prefix):
            variable = f"SLACK_{name.upper()}"
            problems.append(f"{variable}: a token that begins with {prefix} is expected")
    return problems
