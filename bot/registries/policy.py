"""Whom the bot may ask: the operator's settings and the rules for everybody else. Pure.

Whoever can create a pod chooses a host name that the bot contacts from inside the cluster's
network, and that host chooses where its token service is and where it redirects to. So a host that
no operator has named is asked with https on port 443 only, must have a public name, and every
address behind the name must be public.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

import msgspec

from bot.evidence import GapReason
from bot.images import DOCKER_HUB
from bot.registries.kinds import Kind, kind_of
from bot.sources import SourceError
from config.settings import RegistriesSettings, RegistrySettings

HUB_API = "https://hub.docker.com"
_HUB_NAMES = {DOCKER_HUB, "index.docker.io", "registry-1.docker.io"}
# Labels of letters, digits, `-` and `_`, a dot at the end at most, or an IPv6 address.
_HOST = re.compile(
    r"[a-zA-Z0-9_-]{1,63}(?:\.[a-zA-Z0-9_-]{1,63})*\.?|(?=[0-9a-fA-F]{0,4}:)[0-9a-fA-F:.]{2,45}",
    re.ASCII,
)
_PORTS = {"https": 443, "http": 80}
# Names that only mean something inside a network: RFC 6761, RFC 6762, RFC 8375, Kubernetes.
_INTERNAL_SUFFIXES = (
    ".localhost",
    ".local",
    ".localdomain",
    ".internal",
    ".svc",
    ".cluster.local",
    ".home.arpa",
    ".lan",
)


class Origin(msgspec.Struct, frozen=True, order=True):
    """Scheme, host and port: what a connection is made to and a credential belongs to."""

    scheme: str
    host: str
    port: int

    @property
    def place(self) -> str:
        """Host and port, as an image reference writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS.get(self.scheme) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}"


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One registry, and how it may be asked."""

    registry: str
    """As image references name it."""
    api_host: str
    """The public name of its API, for people."""
    base: str
    """Where its API is asked: scheme, host, port, perhaps a path; no slash at the end."""
    kind: Kind
    settings: RegistrySettings

    @property
    def origin(self) -> Origin:
        """Where it is asked."""
        return origin_of(self.base)

    @property
    def hub_api(self) -> str:
        """Base URL of Docker Hub's REST API; empty for every other registry."""
        if self.registry not in _HUB_NAMES:
            return ""
        return self.settings.hub_api.rstrip("/") or ("" if self.settings.endpoint else HUB_API)


def refused(detail: str, fix: str) -> SourceError:
    """A question that was not asked, since asking it would not be safe."""
    return SourceError(GapReason.REFUSED, detail, fix)


def origin_of(url: str) -> Origin:
    """Read the origin of a URL. Raises SourceError for a URL that has none or carries a user."""
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    plain = _HOST.fullmatch(host) is not None and parts.scheme in _PORTS
    if not plain or parts.username is not None:
        raise refused("an address that the registry names is no plain http or https URL", "")
    return Origin(parts.scheme, host.lower().rstrip("."), port or _PORTS[parts.scheme])


class Policy:
    """Which origins may be asked, made from the settings."""

    def __init__(self, settings: RegistriesSettings) -> None:
        self._settings = settings
        self._by_host = {_canonical(item.host): item for item in settings.configured}
        self._named: dict[Origin, bool] = {}
        for item in settings.configured:
            for origin in _origins_of(item):
                self._named[origin] = self._named.get(origin, False) or item.allow_private

    def site(self, registry: str) -> Site:
        """How to ask a registry. Raises SourceError when the settings do not allow to."""
        item = self._by_host.get(_canonical(registry))
        if item is None and not self._settings.allow_unknown:
            raise refused(
                f"{registry} is not among the configured registries",
                f"add {registry} to the registries in the settings, or allow unknown ones",
            )
        item = item or RegistrySettings(host=registry)
        api_host = "registry-1.docker.io" if registry in _HUB_NAMES else registry
        base = item.endpoint.rstrip("/") or f"https://{api_host}"
        site = Site(
            registry=registry, api_host=api_host, base=base, kind=kind_of(registry), settings=item
        )
        self.check(site.origin)
        return site

    def check(self, origin: Origin) -> None:
        """Refuse what no operator has named and is no public https address. Raises SourceError."""
        if origin in self._named:
            return
        if origin.scheme != "https":
            raise refused(
                f"{origin} is not https",
                f"set the endpoint of {origin.host} in the settings if plain http is meant",
            )
        if _is_internal(origin.host):
            raise refused(
                f"{origin.host} is not a public name",
                f"add the registry {origin.place} to the settings, with allow_private",
            )
        if origin.port != 443:
            raise refused(
                f"{origin} is not on port 443",
                f"add the registry {origin.place} to the settings",
            )

    def check_redirect(self, asked: Origin, target: Origin) -> None:
        """Refuse a redirect to where only an operator may send us. Raises SourceError."""
        self.check(target)
        if target != asked and self._named.get(target) and asked not in self._named:
            raise refused(
                f"{asked} redirects to {target}, which is in a private network",
                f"add the registry {asked.place} to the settings if it may send the bot there",
            )

    def check_realm(self, site: Site, realm: str) -> Origin:
        """Where a registry may send us for a token. Raises SourceError for any other place."""
        origin = origin_of(realm)
        trusted = {*site.kind.token_hosts, *site.settings.token_hosts}
        if origin == site.origin or origin in self._named_by(site):
            return origin
        if origin.host in trusted and origin.scheme == "https":
            self.check(origin)
            return origin
        if origin.host == site.origin.host and origin.scheme == "https":
            self.check(origin)
            return origin
        raise refused(
            f"{site.registry} names {origin} as its token service, which is another host",
            f"add {origin.host} to token_hosts of {site.registry} in the settings if it is right",
        )

    def _named_by(self, site: Site) -> set[Origin]:
        return set(_origins_of(site.settings)) if site.origin in self._named else set()

    def may_be_private(self, host: str, port: int) -> bool:
        """Whether an operator has said that this place is in a private network."""
        return any(
            private and (origin.host, origin.port) == (host.lower().rstrip("."), port)
            for origin, private in self._named.items()
        )


def _canonical(host: str) -> str:
    host = host.lower().removesuffix(":443")
    return DOCKER_HUB if host in _HUB_NAMES else host


def _origins_of(item: RegistrySettings) -> list[Origin]:
    """Everything that one configured registry names: itself, its token services, the Hub's API."""
    api_host = "registry-1.docker.io" if item.host in _HUB_NAMES else item.host
    base = item.endpoint or f"https://{api_host}"
    scheme = base.partition("://")[0]
    urls = [base, *(f"{scheme}://{host}" for host in item.token_hosts)]
    return [origin_of(url) for url in [*urls, *([item.hub_api] if item.hub_api else [])]]


def _is_internal(host: str) -> bool:
    if ":" in host or "." not in host or host.rpartition(".")[2].isdigit():
        return True
    return host.endswith(_INTERNAL_SUFFIXES)
