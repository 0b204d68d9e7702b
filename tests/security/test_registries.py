"""Whoever names an image chooses a host: where that host may send the bot."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest

from bot.evidence import GapReason
from bot.images import InvalidReferenceError, parse
from bot.registries.client import connect
from bot.registries.policy import Policy, origin_of
from bot.sources import SourceError
from config.settings import RegistriesSettings, RegistrySettings

SETTINGS = RegistriesSettings(
    configured=(
        RegistrySettings(host="registry.shop.internal:5000", allow_private=True),
        RegistrySettings(host="mirror.example.com"),
    )
)
POLICY = Policy(SETTINGS)
PRIVATE = origin_of("https://registry.shop.internal:5000")


def test_a_stranger_is_refused_when_it_redirects_to_the_private_registry() -> None:
    with pytest.raises(SourceError, match=r"evil\.example\.com redirects to .* private") as caught:
        POLICY.check_redirect(origin_of("https://evil.example.com"), PRIVATE)
    assert caught.value.reason is GapReason.REFUSED


@pytest.mark.parametrize("asked", ["https://mirror.example.com", str(PRIVATE)])
def test_a_redirect_to_the_private_registry_is_followed_when_the_operator_named_both(
    asked: str,
) -> None:
    POLICY.check_redirect(origin_of(asked), PRIVATE)


def test_a_stranger_may_redirect_to_public_storage() -> None:
    target = origin_of("https://bucket.s3.amazonaws.com/x")
    POLICY.check_redirect(origin_of("https://evil.example.com"), target)


@pytest.mark.parametrize(
    "reference",
    [
        "127.0.0.1/a", "127.1:443/a", "2130706433.:443/a", "0x7f.0.0.1/a", "0177.0.0.1/a",
        "[::1]/a", "[::ffff:10.0.0.1]:443/a", "[fe80::1]/a", "localhost/a", "LOCALHOST/a",
        "kubernetes.default.svc/a", "kubernetes.default.svc.cluster.local/a",
        "metadata.google.internal/a",
        "user@evil.example.com/a", "user:pw@evil.example.com/a", "evil.example.com:22/a",
        "evil.example.com:80/a", "evil.example.com:443@10.0.0.1/a", "xn--e1afmkfd.local/a",
        "evil.example.com%2f@x/a", "169.254.169.254/latest/meta-data",
    ],
)  # fmt: skip
async def test_no_name_is_even_resolved_when_it_is_internal(reference: str) -> None:
    resolved: list[str] = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        resolved.append(f"{host}:{port}")
        return ("10.0.0.1",)

    async with connect(RegistriesSettings(), resolver=resolver) as registries:
        with pytest.raises((SourceError, InvalidReferenceError)):
            await registries.look_up(parse(reference))
    # What is no address by its form is resolved, and the address decides.
    assert [place for place in resolved if _is_address(place.rpartition(":")[0])] == []
    assert set(resolved) <= {"0x7f.0.0.1:443"}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("host", ["evil.example.com", "EVIL.example.com"])
async def test_no_connection_is_made_when_any_answer_of_the_name_is_internal(host: str) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ("93.184.216.34", "169.254.169.254")

    async with connect(RegistriesSettings(), resolver=resolver) as registries:
        with pytest.raises(SourceError, match=r"resolves to 169\.254\.169\.254"):
            await registries.look_up(parse(f"{host}/shop/api:1"))
