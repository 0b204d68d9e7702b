"""Settings: the environment, files, one YAML file, and every mistake at once."""

from pathlib import Path

import pytest

from config.load import SettingsError, load
from config.settings import RegistrySettings, Secret, Settings, SlackMode


def problems_of(environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environment)
    return caught.value.problems


def test_defaults_hold_when_nothing_is_set() -> None:
    assert load({}) == Settings()


def test_values_are_read_when_set_in_the_environment() -> None:
    settings = load(
        {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_MODE": "http",
            "PORT": "8080",
            "WHYFAILING_ALLOWED_USERS": "U1, U2",
            "WHYFAILING_READ_PULL_SECRETS": "true",
        }
    )
    assert settings.slack.bot_token == Secret("xoxb-1")
    assert settings.slack.mode is SlackMode.HTTP
    assert settings.slack.http_port == 8080
    assert settings.access.users == ("U1", "U2")
    assert settings.cluster.read_pull_secrets is True


def test_environment_wins_when_the_file_says_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "whyfailing.yaml"
    file.write_text("github: {token: from-file}\nlog_level: WARNING\n")
    settings = load({"WHYFAILING_CONFIG": str(file), "GITHUB_TOKEN": "from-environment"})
    assert settings.github.token == Secret("from-environment")
    assert settings.log_level == "WARNING"


def test_secret_is_read_from_a_file_when_the_variable_ends_in_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("ghp_abc\n")
    assert load({"GITHUB_TOKEN_FILE": str(file)}).github.token == Secret("ghp_abc")


def test_all_mistakes_are_reported_when_there_are_several(tmp_path: Path) -> None:
    file = tmp_path / "whyfailing.yaml"
    file.write_text("slck: {}\ngithub: {tokn: x}\nregistries: {configured: [{hst: a}]}\n")
    found = problems_of(
        {
            "WHYFAILING_CONFIG": str(file),
            "PORT": "eighty",
            "LOG_LEVEL": "LOUD",
            "SLACK_BOT_TOKEN": "xapp-1",
            "GITHUB_APP_ID": "7",
            "GITHUB_TOKEN_FILE": str(tmp_path / "absent"),
            "DOCKERHUB_USERNAME": "acme",
        }
    )
    assert found == (
        "slck: there is no such setting",
        "github.tokn: there is no such setting",
        "PORT: for mode http: the port to listen on: expected `int`, got `str`",
        f"GITHUB_TOKEN_FILE={tmp_path / 'absent'}: the file cannot be read"
        " (No such file or directory)",
        "registries.configured, entry 1: Object missing required field `host`",
        "DOCKERHUB_USERNAME and DOCKERHUB_TOKEN belong together: set both",
        "LOG_LEVEL: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR",
        "GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY belong together: set both",
        "SLACK_BOT_TOKEN: a token that begins with xoxb- is expected",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a\n", "a mapping of settings is expected at the top"),
        ("a: [\n", "not valid YAML"),
        ("slack: 1\n", "slack: a mapping is expected"),
    ],
)
def test_file_is_refused_when_it_is_not_a_mapping(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "whyfailing.yaml"
    file.write_text(text)
    assert problem in problems_of({"WHYFAILING_CONFIG": str(file)})[0]


def test_hub_credential_joins_the_configured_endpoint_when_both_are_given(tmp_path: Path) -> None:
    file = tmp_path / "whyfailing.yaml"
    file.write_text("registries: {configured: [{host: docker.io, endpoint: 'http://x'}]}\n")
    settings = load(
        {
            "WHYFAILING_CONFIG": str(file),
            "DOCKERHUB_USERNAME": "acme",
            "DOCKERHUB_TOKEN": "dckr_pat_1",
        }
    )
    assert settings.registries.configured == (
        RegistrySettings(
            host="docker.io", endpoint="http://x", username="acme", password=Secret("dckr_pat_1")
        ),
    )


def test_secret_shows_nothing_when_printed() -> None:
    assert repr(load({"GITHUB_TOKEN": "ghp_abc"})).count("ghp_abc") == 0


def test_broken_file_is_told_by_its_place_and_not_by_its_text(tmp_path: Path) -> None:
    file = tmp_path / "whyfailing.yaml"
    file.write_text("slack:\n  bot_token: 'xoxb-not-a-secret\n  app_token: [b\n")
    with pytest.raises(SettingsError) as raised:
        load({"WHYFAILING_CONFIG": str(file)})
    assert "not valid YAML: line" in str(raised.value)
    assert "xoxb" not in str(raised.value)
