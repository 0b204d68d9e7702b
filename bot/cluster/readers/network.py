"""Connections that failed, in the words of Go's net, net/http, crypto/tls and crypto/x509.

https://go.dev/src/crypto/x509/verify.go, https://go.dev/src/net/net.go,
https://go.dev/src/net/http/transport.go; Windows says the same in its own words.
The order of the table matters: a failing look-up is DNS whatever the later words say, and a proxy
that refuses is a proxy's failure.
"""

from __future__ import annotations

import re

from bot.cluster.readers.facts import ConnectionFailed, NetworkFault
from bot.cluster.readers.message import Phrase, around, one, phrase, url_host

_ASKED = r"\b(?:get|head|post|put) \"?https://\S{1,1100}\"?: "

_TABLE: tuple[tuple[Phrase, NetworkFault], ...] = (
    (
        phrase(
            r"proxyconnect ",
            r"proxy ?authentication required",
            r"error connecting to proxy",
            r"socks connect ",
            r"\b407\b [a-z ]{0,20}proxy",
            r"http: proxy error",
            r"malformed proxy|invalid proxy|proxy url",
            r"unable to connect to proxy",
            # What Go makes of a proxy's answer to CONNECT: the words of the status, and no more.
            rf"{_ASKED}(?:forbidden|bad gateway|service unavailable|gateway time-?out)$",
        ),
        NetworkFault.PROXY,
    ),
    (
        phrase(
            r"\blookup \S{1,255}(?: on \S{1,80})?(?:: |$)",
            r"no such host",
            r"server misbehaving",
            r"temporary failure in name resolution",
            r"could not resolve host",
            r"name or service not known",
            r"getaddrinfo",
            r"no suitable address found",
        ),
        NetworkFault.DNS,
    ),
    (
        phrase(
            r"certificate has expired",
            r"certificate is not yet valid",
            r"certificate expired",
            r"expired certificate",
        ),
        NetworkFault.TLS_EXPIRED,
    ),
    (
        phrase(
            r"certificate is (?:not )?valid for",
            r"doesn't contain any ip sans",
            r"legacy common name field",
            r"cannot validate certificate for",
            r"not valid for any names",
            r"hostname mismatch|does not match (?:target )?host ?name",
        ),
        NetworkFault.TLS_HOSTNAME,
    ),
    (
        phrase(
            r"server gave http response to https client",
            r"first record does not look like a tls handshake",
            r"http request to an https server",
            r"oversized record received",
        ),
        NetworkFault.PLAIN_HTTP,
    ),
    (
        phrase(
            r"unknown authority",
            r"self[- ]signed certificate",
            r"x509: ",
            r"x509 certificate",
            r"failed to verify certificate",
            r"certificate verify failed",
            r"certificate is not trusted",
            r"unable to get local issuer",
        ),
        NetworkFault.TLS_UNTRUSTED,
    ),
    (phrase(r"tls handshake timeout"), NetworkFault.TLS_TIMEOUT),
    (
        phrase(
            r"remote error: tls: ",
            r"tls: (?!failed to verify)[a-z]",
            r"tls handshake (?:error|fail)",
            r"ssl routines",
            r"handshake failure",
            r"local error: tls",
        ),
        NetworkFault.TLS_HANDSHAKE,
    ),
    (phrase(r"connection refused", r"actively refused it"), NetworkFault.REFUSED),
    (
        phrase(
            r"no route to host",
            r"network is unreachable",
            r"network is down",
            r"host is down",
            r"unreachable (?:network|host)",
            r"host is unreachable",
            r"cannot assign requested address",
        ),
        NetworkFault.UNREACHABLE,
    ),
    (
        phrase(
            r"i/o timeout",
            r"connection timed out",
            r"(?:operation|network) timed out",
            r"client\.timeout",
            r"while waiting for connection",
            r"timeout awaiting response headers",
            r"did not properly respond after",
            r"tls: .{0,40}timed out",
            r"connection timeout",
            r"(?:\b(?:get|head|post|put)\b \"?https?:/{1,2}\S{0,1100}:? )context deadline exceeded",
            r"dial tcp \S{1,255}: context deadline exceeded",
            r"http2: timeout",
            r"net/http: timeout",
        ),
        NetworkFault.TIMEOUT,
    ),
    (
        phrase(
            r"connection reset",
            r"broken pipe",
            r"(?:^|: |unexpected )eof\b",
            r"(?:sent|received) goaway",
            r"stream error: stream",
            r"forcibly closed",
            r"closed network connection",
            r"transport connection broken",
            r"server closed idle connection",
            r"connection was aborted|connection aborted",
            r"http2: client connection (?:lost|force closed)",
            r"connection closed before",
            r"response body closed",
            r"malformed http response",
            r"connection unexpectedly closed",
        ),
        NetworkFault.RESET,
    ),
)
_LOOKED_UP = re.compile(r"\blookup ([^\s:,]{1,255})")
_RESOLVE = re.compile(r"could not resolve host:? ?([^\s:,()]{1,255})", re.IGNORECASE)
_DIALED = re.compile(
    r"(?:dial (?:tcp|udp)|connect to|->) ?(\[[^\]\s]{1,60}\]:\d{1,5}|[^\s:\[]{1,255}:\d{1,5})"
)
_READ_FROM = re.compile(r"read (?:tcp|udp) (\[[^\]\s]{1,60}\]:\d{1,5}|[^\s:\[]{1,255}:\d{1,5}):")


def read_connection(text: str) -> ConnectionFailed | None:
    """The first row of the table that the text fulfils; None for a text about no connection."""
    for pattern, fault in _TABLE:
        found = pattern.search(text)
        if found:
            looked_up = one(_LOOKED_UP, text) or one(_RESOLVE, text)
            return ConnectionFailed(
                fault=fault,
                host=looked_up if fault is NetworkFault.DNS and looked_up else url_host(text),
                address=one(_DIALED, text) or one(_READ_FROM, text),
                words=around(text, found),
            )
    return None
