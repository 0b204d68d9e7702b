"""Connections that failed."""

from __future__ import annotations

from enum import StrEnum

from bot.cluster.readers.facts.stated import Stated


class NetworkFault(StrEnum):
    """How a connection failed, by the errors of Go's net, net/http and crypto packages."""

    DNS = "name resolution failed"
    TIMEOUT = "timed out"
    REFUSED = "connection refused"
    RESET = "connection broken"
    UNREACHABLE = "no route"
    TLS_UNTRUSTED = "certificate of an unknown authority"
    TLS_EXPIRED = "certificate expired"
    TLS_HOSTNAME = "certificate for another host"
    TLS_HANDSHAKE = "TLS handshake failed"
    TLS_TIMEOUT = "TLS handshake timed out"
    PLAIN_HTTP = "plain HTTP answered to HTTPS"
    PROXY = "proxy failed"


class ConnectionFailed(Stated, frozen=True):
    """A connection to `host` or `address` (`ip:port`) failed; both may be empty."""

    fault: NetworkFault
    host: str = ""
    address: str = ""
