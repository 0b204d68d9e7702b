"""The network: Go's net and http, curl, git, and the package tools of the common languages."""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_NET = ("BuildNetworkFailed", Order.NETWORK)

RULES = (
    rule(*_NET, "lookup", r"dial tcp: lookup \S+", also=("RegistryDNSFailure",)),
    rule(*_NET, "", r"\bno such host\b|Temporary failure (?:in name resolution|resolving)|"
         r"Could not resolve host|Name or service not known|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|"
         r"Name does not resolve|could not be resolved \(\d+: Host not found|bad address '",
         also=("RegistryDNSFailure", "BuildDockerfileFailed")),
    rule(*_NET, "connection reset", r"connection reset(?: by peer)?\b",
         also=("RegistryConnectionReset",)),
    rule(*_NET, "closed", r"read/write on closed pipe|read on closed response body|"
         r"use of closed network connection", also=("RegistryConnectionReset", "WorkflowFailed")),
    rule(*_NET, "broken pipe", r"write: broken pipe", also=("RegistryConnectionReset",)),
    rule(*_NET, "refused", r"dial tcp .{0,100}connection refused|"
         r"Failed to connect to \S+ port \d+.{0,60}refused|"
         r"connect ECONNREFUSED (?!127\.|::1)", also=("RegistryConnectionRefused",),
         unless=r"docker\.sock|localhost|127\.0\.0\.1"),
    rule(*_NET, "timeout|timed out|timedout",
         r"net/http: TLS handshake timeout|i/o timeout|Client\.Timeout exceeded|"
         r"dial tcp .{0,100}timeout|ReadTimeoutError|ConnectTimeoutError|ERR_SOCKET_TIMEOUT|"
         r"network timeout at|Read timed out|ESOCKETTIMEDOUT", also=("RegistryTimeout",)),
    rule(*_NET, "timed out", r"(?:Connection|Operation|connect|Connect to \S+.{0,60}|"
         r"request) timed out|"
         r"connection timed out", also=("RegistryTimeout",)),
    rule(*_NET, "deadline exceeded|deadlineexceeded",
         r"context deadline exceeded|DeadlineExceeded: ",
         suspected=True,
         also=("RegistryTimeout",)),
    rule(*_NET, "request canceled", r"request canceled while waiting for connection",
         also=("RegistryTimeout",)),
    rule(*_NET, "eof", r"(?:failed to do request|https?://\S+\"?|read\w*|"
         r"failed to copy): (?:unexpected )?EOF\b",
         also=("RegistryConnectionReset", "BuildDockerfileFailed")),
    rule(*_NET, "unreachable|no route to host",
         r"(?:network is|Network|No route to host|host) unreachable|"
         r"no route to host",
         also=("RegistryUnreachable",)),
    rule(*_NET, "x509", r"x509: certificate signed by unknown authority",
         also=("RegistryTLSUntrusted",)),
    rule(*_NET, "x509", r"x509: certificate has expired", also=("RegistryTLSExpired",)),
    rule(*_NET, "x509", r"x509: certificate is (?:valid for|not valid)",
         also=("RegistryTLSHostname",)),
    rule(*_NET, "certificate|self_signed_cert",
         r"CERTIFICATE_VERIFY_FAILED|SSL certificate problem|"
         r"unable to get local issuer certificate|SELF_SIGNED_CERT|self.signed certificate in",
         also=("RegistryTLSUntrusted",)),
    rule(*_NET, "http response to https", r"server gave HTTP response to HTTPS client",
         also=("RegistryPlainHTTP",)),
    rule(*_NET, "tls|ssl_error", r"remote error: tls: |TLS connection was non-properly terminated|"
         r"tls: handshake failure|"
         r"gnutls_handshake\(\) failed|SSL_ERROR_SYSCALL", also=("RegistryTLSHandshakeFailure",)),
    # Servers that answer, but cannot serve.
    rule(*_NET, "", r"(?:unexpected status(?: code)?(?: from \w+ request to \S+)?:?|"
         r"unexpected HTTP status:|"
         r"HTTP response code:?|returned error:|status code|Received status code|HTTP error|error) "
         r"(?:https?://\S+: )?5\d\d\b|\b5(?:00 Internal Server Error|02 Bad Gateway|03 Service "
         r"(?:Temporarily )?Unavailable|04 Gateway Time-?out|20 |22 |24 )",
         also=("RegistryServerError", "WorkflowFailed")),
    rule(*_NET, "must be retried", r"cannot reuse body, request must be retried", suspected=True,
         also=("RegistryServerError", "WorkflowFailed")),
    rule(*_NET, "failed commit on ref", r"failed commit on ref \"[^\"]{1,200}\": (?:unexpected st"
         r"atus|no response|"
         r"invalid content digest)", also=("RegistryServerError", "BuildPushDenied")),
    rule(*_NET, "blob", r"manifest blob unknown|blob upload (?:unknown|invalid)|unknown blob",
         also=("RegistryServerError", "BuildPushDenied")),
    rule(*_NET, "proxy", r"Proxy Authentication Required|proxyconnect tcp",
         also=("RegistryProxyError",)),
    # curl, git, npm, yarn, pip, apt, apk, maven, gradle, cargo, go, composer, nuget.
    rule(*_NET, "curl", r"curl: \((?:5|6|7|16|18|28|35|52|55|56|92)\)|curl error (?:6|7|28|35|"
         r"56)\b"),
    rule(*_NET, "rpc failed", r"error: RPC failed"),
    rule(*_NET, "early eof|hung up unexpectedly",
         r"fatal: early EOF|remote end hung up unexpectedly"),
    rule(*_NET, "unable to access", r"fatal: unable to access .{0,200}(?:resolve|connect|timed out|"
         r"returned error: 5|SSL|GnuTLS)"),
    rule(*_NET, "connect to host", r"ssh: connect to host \S+ port \d+: "),
    rule(*_NET, "npm", r"npm (?:ERR!|error) (?:code |errno |network )?.{0,40}\b(?:ECONNRESET|"
         r"ETIMEDOUT|ENOTFOUND|"
         r"EAI_AGAIN|ERR_SOCKET_TIMEOUT|ECONNREFUSED)\b"),
    rule(*_NET, "econn", r"\b(?:ECONNRESET|ECONNABORTED)\b", suspected=True),
    rule(*_NET, "etimedout", r"\bETIMEDOUT\b", suspected=True),
    rule(*_NET, "trouble with your network", r"trouble with your network connection"),
    rule(*_NET, "connection|remotedisconnected|incompleteread|max retries",
         r"NewConnectionError|ConnectionResetError|Connection broken:|"
         r"ProtocolError\('Connection|RemoteDisconnected|IncompleteRead|"
         r"Max retries exceeded with url"),
    rule(*_NET, "failed to fetch", r"Failed to fetch \S+\s+(?:Could not connect|"
         r"Connection (?:failed|timed out)|"
         r"Unable to connect|5\d\d |Temporary failure)"),
    rule(*_NET, "hash sum mismatch", r"Hash Sum mismatch", suspected=True,
         also=("BuildDockerfileFailed",)),
    rule(*_NET, "temporary error|network error",
         r"temporary error \(try again later\)|: network error \(check"),
    rule(*_NET, "could not transfer",
         r"Could not transfer artifact .{0,400}(?:reset|timed out|refused|"
         r"50\d|unknown host|handshake|Connect to)", also=("BuildDockerfileFailed",)),
    rule(*_NET, "could not get|could not head",
         r"Could not (?:GET|HEAD) 'https?://\S+'.{0,80}(?:status code 5|"
         r"timed out|reset)"),
    rule(*_NET, "could not resolve all", r"Could not resolve all (?:artifacts|files|dependencies)",
         suspected=True, also=("WorkflowFailed", "BuildDockerfileFailed"),
         needs=r"timed out|reset|50\d|handshake|UnknownHost"),
    rule(*_NET, "spurious network error", r"spurious network error", suspected=True),
    rule(*_NET, "nu1301", r"NU1301: Unable to load the service index"),
    rule(*_NET, "failed to download action", r"Failed to download action '", suspected=True,
         also=("WorkflowFailed",)),
    rule(*_NET, "socket hang up", r"socket hang up"),
    rule(*_NET, "failed to reserve cache", r"failed to reserve cache", suspected=True,
         also=("WorkflowFailed",)),
    rule(*_NET, "maximum timeout reached", r"maximum timeout reached", also=("WorkflowFailed",)),
    rule(*_NET, "legacy service is shutting down", r"legacy service is shutting down",
         suspected=True,
         also=("WorkflowFailed",)),
)  # fmt: skip
