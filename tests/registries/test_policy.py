"""Whom the bot may ask: names, ports, addresses, token services."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import GapReason
from bot.registries.addresses import is_public
from bot.registries.policy import Policy, origin_of
from bot.sources import SourceError
from config.settings import RegistriesSettings, RegistrySettings

POLICY = Policy(
    RegistriesSettings(
        configured=(
            RegistrySettings(host="docker.io", token_hosts=("tokens.example.com",)),
            RegistrySettings(
                host="registry.shop.internal:5000",
                endpoint="http://registry.shop.internal:5000",
                allow_private=True,
                token_hosts=("tokens.shop.internal",),
            ),
            RegistrySettings(host="public.example.com:8443"),
        )
    )
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "192.0.2.1", "168.63.129.16", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::",
        "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:db8::1", "no address", "",
    ],
)  # fmt: skip
def test_an_address_is_not_public_when_it_is_inside_however_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "52.1.2.3", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_an_address_is_public_when_the_internet_routes_it(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_a_private_address_is_found_when_ipv6_carries_it(address: object) -> None:
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    ("registry", "says"),
    [
        ("localhost", "localhost is not a public name"),
        ("registry", "registry is not a public name"),
        ("Shop", "shop is not a public name"),
        ("registry.local", "registry.local is not a public name"),
        ("registry.infra.svc", "not a public name"),
        ("registry.infra.svc.cluster.local", "not a public name"),
        ("metadata.google.internal", "not a public name"),
        ("10.0.0.1", "10.0.0.1 is not a public name"),
        ("1.1.1.1", "1.1.1.1 is not a public name"),
        ("[::1]", "::1 is not a public name"),
        ("127.1", "not a public name"),
        ("registry.example.com:5000", "https://registry.example.com:5000 is not on port 443"),
        ("registry.example.com:80", "is not on port 443"),
        ("registry.shop.internal", "not a public name"),
    ],
)
def test_a_registry_is_refused_when_nobody_named_it_and_it_is_not_public(
    registry: str, says: str
) -> None:
    with pytest.raises(SourceError) as caught:
        POLICY.site(registry)
    assert caught.value.reason is GapReason.REFUSED
    assert says in caught.value.detail
    assert caught.value.fix.startswith("add the registry ")


@pytest.mark.parametrize(
    ("registry", "base"),
    [
        ("docker.io", "https://registry-1.docker.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("registry.example.com:443", "https://registry.example.com:443"),
        ("registry.shop.internal:5000", "http://registry.shop.internal:5000"),
        ("public.example.com:8443", "https://public.example.com:8443"),
    ],
)
def test_a_registry_is_asked_when_it_is_public_or_named(registry: str, base: str) -> None:
    assert POLICY.site(registry).base == base


def test_the_refusal_names_the_port_when_a_private_registry_has_one() -> None:
    with pytest.raises(SourceError) as caught:
        POLICY.site("localhost:5000")
    assert caught.value.detail == "localhost is not a public name"
    assert caught.value.fix == (
        "add the registry localhost:5000 to the settings, with allow_private"
    )


def test_only_the_named_place_may_be_private_when_an_operator_said_so() -> None:
    assert POLICY.may_be_private("registry.shop.internal", 5000)
    assert POLICY.may_be_private("tokens.shop.internal", 80)
    assert not POLICY.may_be_private("registry.shop.internal", 443)
    assert not POLICY.may_be_private("public.example.com", 8443)


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("docker.io", "https://auth.docker.io/token"),
        ("docker.io", "https://tokens.example.com/t"),
        ("ghcr.io", "https://ghcr.io/token"),
        ("quay.io", "https://QUAY.IO/v2/auth"),
        ("registry.gitlab.com", "https://gitlab.com/jwt/auth"),
        ("registry.shop.internal:5000", "http://registry.shop.internal:5000/auth"),
        ("registry.shop.internal:5000", "http://tokens.shop.internal/auth"),
    ],
)
def test_a_token_service_is_asked_when_it_belongs_to_the_registry(
    registry: str, realm: str
) -> None:
    assert str(POLICY.check_realm(POLICY.site(registry), realm)) == realm.lower().rpartition("/")[
        0
    ].removesuffix("/jwt").removesuffix("/v2")


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("ghcr.io", "http://169.254.169.254/latest/meta-data"),
        ("ghcr.io", "https://evil.example.com/token"),
        ("ghcr.io", "https://auth.docker.io/token"),
        ("ghcr.io", "http://ghcr.io/token"),
        ("ghcr.io", "https://ghcr.io:8443/token"),
        ("ghcr.io", "https://ghcr.io@evil.example.com/token"),
        ("ghcr.io", "https://ghcr.io.evil.example.com/token"),
        ("ghcr.io", "https://tokens.shop.internal/auth"),
        ("ghcr.io", "http://registry.shop.internal:5000/auth"),
        ("ghcr.io", "file:///etc/passwd"),
        ("ghcr.io", "/token"),
        ("ghcr.io", "https://[/token"),
        ("ghcr.io", "https://ghcr.io:99999/token"),
        ("docker.io", "http://auth.docker.io/token"),
    ],
)
def test_a_token_service_is_refused_when_it_is_elsewhere(registry: str, realm: str) -> None:
    with pytest.raises(SourceError) as caught:
        POLICY.check_realm(POLICY.site(registry), realm)
    assert caught.value.reason is GapReason.REFUSED


def test_the_refusal_says_what_to_configure_when_a_realm_is_elsewhere() -> None:
    with pytest.raises(SourceError) as caught:
        POLICY.check_realm(POLICY.site("ghcr.io"), "https://evil.example.com/token")
    assert caught.value.detail == (
        "ghcr.io names https://evil.example.com as its token service, which is another host"
    )
    assert caught.value.fix == (
        "add evil.example.com to token_hosts of ghcr.io in the settings if it is right"
    )


@given(st.text(max_size=60))
def test_any_url_has_an_origin_or_is_refused_when_it_comes_from_outside(text: str) -> None:
    try:
        origin = origin_of(text)
    except SourceError:
        return
    assert origin.scheme in ("http", "https")
    assert origin.host
