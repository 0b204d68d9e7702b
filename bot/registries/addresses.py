"""Which addresses are of the public internet, and which only mean something inside. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

# Azure's metadata and DHCP service has a public address:
# https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_METADATA = {ipaddress.ip_address("168.63.129.16")}
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def first_forbidden(addresses: Iterable[str]) -> str:
    """The first address that is not public; empty when all are."""
    return next((address for address in addresses if not is_public(address)), "")


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(
        inner.is_global and not inner.is_multicast and not inner.is_reserved
        if isinstance(inner, ipaddress.IPv4Address)
        else inner.is_global and not inner.is_multicast
        for inner in (address, *_wrapped(address))
    ) and not _METADATA.intersection((address, *_wrapped(address)))


def _wrapped(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address carries: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _IPV4_COMPATIBLE or any(address in network for network in _NAT64):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]
