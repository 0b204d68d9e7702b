"""Faults of the network, as resolvers, sockets, TLS and client libraries write them."""

from __future__ import annotations

_HOST = r"(?P<host>[A-Za-z0-9_][A-Za-z0-9_.-]{0,252})"
_PORT = r"(?P<port>\d{1,5})"
_END = rf"\[?{_HOST}\]?:{_PORT}"
_NO_NAME = (
    r"name or service not known|temporary failure in name resolution|name does not resolve|"
    r"no such host|nodename nor servname"
)

_DNS = (
    ("enotfound|eai_again", rf"\b(?:ENOTFOUND|EAI_AGAIN)\b(?:[ :]+{_HOST})?"),
    (
        "lookup ",
        rf"\blookup {_HOST}(?: on \S{{1,80}})?:.{{0,160}}(?:no such host|server misbehaving|"
        r"i/o timeout|temporary failure|no answer|connection refused|network is unreachable)",
    ),
    ("could not resolve host", rf"could not resolve host(?:name)?:? ['\"]?{_HOST}?"),
    ("could not translate host name", rf"could not translate host name \"{_HOST}\""),
    ("unknownhost", rf"UnknownHost(?:Exception|Error)?:? ['\"]?{_HOST}?"),
    ("unknown mysql server host|unknown server host", rf"server host '?{_HOST}"),
    ("bad address", rf"bad address '?{_HOST}"),
    (
        "can't find|can't resolve|cannot resolve",
        rf"(?:server can't find|can(?:'t|not) resolve) (?:host(?:name)? )?['\"]?{_HOST}",
    ),
    ("nxdomain|servfail", rf"(?:{_HOST}: )?(?:NXDOMAIN|SERVFAIL)\b"),
    ("host not found in", rf"host not found in \w{{1,20}} \"?{_HOST}"),
    ("failed to resolve", rf"failed to resolve (?:host(?:name)? )?['\"]?{_HOST}"),
    ("unable to resolve host", rf"unable to resolve host(?:name)? (?:address )?['\"]?{_HOST}"),
    (
        "couldn't resolve server|couldn't resolve host",
        rf"couldn't resolve (?:server|host) '?{_HOST}(?::{_PORT})?",
    ),
    ("getaddrinfo", rf"getaddrinfo(?:\(\))?(?: for {_HOST})? failed"),
    (
        "connecting to|connect to|connection to",
        rf"connect(?:ing|ion)? to (?:[\w-]{{1,20}} ){{0,5}}?[\"']?{_HOST}[\"']?"
        rf"(?::|,? port ){_PORT}\b.{{0,200}}(?:{_NO_NAME})",
    ),
    (
        "connecting to|connect to|connection to",
        r"connect(?:ing|ion)? to (?:(?:[\w-]{1,20} ){0,4}?(?:on|at|host|server) )?"
        rf"[\"']?{_HOST}[\"']?(?=[\"':,;(]| failed| -).{{0,200}}(?:{_NO_NAME})",
    ),
    (
        "name or service not known|failure in name resolution|name does not resolve|"
        "nodename nor servname|no address associated|no such host is known|"
        "failed to lookup address|gaierror",
        r"(?:name or service not known|failure in name resolution|name does not resolve|nodename "
        rf"nor servname|no address associated with hostname|no such host is known(?:\. \({_HOST})?|"
        r"failed to lookup address information|gaierror)",
    ),
    ("dns resolution failed", rf"dns resolution failed(?: for \"?(?:dns:/{{2,3}})?{_HOST})?"),
    ("produced zero addresses", r"name resolver error: produced zero addresses"),
)

_CERTIFICATE = (
    (
        "certificate",
        r"certificate (?:has |is )?expired|certificate verify failed.{0,80}expired|"
        r"certificate has expired or is not yet valid|\bcertificate_expired\b",
    ),
    ("cert_has_expired|certificateexpired", r"CERT_HAS_EXPIRED|CertificateExpiredException"),
    ("notafter", r"NotAfter: [A-Z][a-z]{2} [A-Z][a-z]{2}"),
)

_RBAC = (
    (
        "forbidden",
        r"forbidden: User [\"']?(?P<user>system:serviceaccount:[^\s\"']{1,200}|[^\s\"']{1,200})"
        r"[\"']? cannot (?P<verb>\w{1,20}) resource [\"'](?P<what>[^\"']{1,100})",
    ),
    ("cannot", r"User [\"']?system:serviceaccount:\S{1,200} cannot (?P<verb>\w{1,20})"),
    ("forbidden", r"Error from server \(Forbidden\)"),
    ("apiexception", r"ApiException: \(403\)"),
)

_PORT_TAKEN = (
    ("eaddrinuse", r"EADDRINUSE.{0,60}?:(?P<port>\d{1,5})\b"),
    (
        "in use",
        r"(?:bind|listen)\w{0,5}\W.{0,60}?:(?P<port>\d{1,5})\b.{0,60}address (?:already )?in use",
    ),
    (
        "in use",
        r"(?:address|port)(?: (?P<port>\d{1,5})\b| \S{1,40})? (?:is |was )?already in use",
    ),
    ("eaddrinuse", r"EADDRINUSE"),
    ("only one usage of each socket", r"only one usage of each socket address"),
    # musl's words: src/errno/__strerror.h
    ("address in use", r"bind.{0,80}address in use"),
)

# Tomcat says so of any reason: spring-boot's ConnectorStartFailureAnalyzer
_PORT_PERHAPS = (
    (
        "port may already be in use",
        r"(?:port (?P<port>\d{1,5}) failed to start.{0,10})?the port may already be in use",
    ),
)

_DEPENDENCY = (
    ("remote host", rf"remote host \({_HOST}\).{{0,40}}(?:refused|timed out|unreachable)"),
    ("refused to", rf"connection refused (?:to|by) {_HOST}:{_PORT}"),
    (
        "econn|etimedout|ehostunreach|enetunreach",
        rf"(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)[ :]+{_END}",
    ),
    (
        "dial tcp|dial unix",
        rf"dial (?:tcp4?|udp) {_END}.{{0,60}}(?:connection refused|i/o timeout|no route to host|"
        r"connection timed out|network is unreachable|connection reset|deadline exceeded)",
    ),
    (
        "connection to|connecting to|connect to|connect from",
        rf"connect(?:ion|ing)? (?:to )?(?:[\w-]{{1,20}} ){{0,4}}?(?:on |at |from "
        rf")?\[?[\"']?{_HOST}[\"']?"
        rf"(?: \([^)]{{1,60}}\))?\]?(?::|, port | port |/)(?P<port>\d{{1,5}})\b"
        r".{0,200}(?:refused|failed|timed? ?out|unreachable|could not be established|"
        r"no route|reset|error)",
    ),
    (
        "to connect to|not connect to|can't connect to|cannot connect to",
        rf"(?:fail(?:ed|ure)|unable|not|can't|cannot|couldn't) (?:to )?connect to "
        rf"(?:[\w-]{{1,20}} ){{0,5}}?(?:on |at |server )?[\"']?(?:\w{{2,12}}://)?{_HOST}[\"']?"
        r"(?:(?::|,? port )(?P<port>\d{1,5}))",
    ),
    ("connection to", rf"connection to {_HOST}:{_PORT} refused"),
    ("error 111 connecting|error 110 connecting", rf"connecting to {_END}"),
    ("can't connect to", rf"can't connect to (?:local )?(?:mysql|server).{{0,60}}?'{_HOST}'?"),
    ("max retries exceeded|httpconnectionpool", rf"host='{_HOST}', port={_PORT}\)"),
    (
        "connection timeout to|timed out connecting",
        rf"(?:timeout|timed out) (?:connecting )?to {_HOST}(?::{_PORT})?",
    ),
    ("waiting for", rf"timed? ?out.{{0,40}}waiting for {_HOST}(?::{_PORT})"),
    ("unreachable", rf"[\w-]{{2,40}} (?:at )?{_END} is unreachable"),
    (
        "reach",
        r"(?:can't|cannot|could not|couldn't|unable to|failed to) reach "
        r"(?:[\w-]{1,20} ){0,4}?(?:at )?"
        rf"[`'\"]?{_HOST}[`'\"]?:[`'\"]?{_PORT}\b",
    ),
    (
        "failed, reason",
        rf"request to \w{{2,12}}://{_HOST}(?::{_PORT})?\S{{0,300}} failed, reason: "
        r"(?:\w{1,20} )?(?:E[A-Z]{3,20}|socket hang up)",
    ),
    (
        "connection refused|econnrefused|econnreset|refused it",
        r"connection (?:was )?refused|\bECONN(?:REFUSED|RESET)\b|actively refused it",
    ),
    # Kafka's clients
    (
        "node assignment|metadata",
        r"timed out waiting for a node assignment|timeout expired while fetching topic metadata|"
        r"not present in metadata after \d{1,9} ms|failed to update metadata after \d{1,9} ms",
    ),
    ("nobrokersavailable", r"NoBrokersAvailable"),
    ("cluster is unavailable", r"etcd cluster is unavailable or misconfigured"),
    ("timed out", r"^(?:wget: |curl: \(28\) |nc: ).{0,200}timed out"),
    ("(28)", r"curl: \(28\)"),
    ("communications link failure", r"communications link failure"),
    ("serverselection", r"ServerSelection(?:Timeout)?Error"),
    ("mongonetworkerror", r"MongoNetworkError"),
    (
        "noroutetohost|no route to host|host is unreachable|ehostunreach",
        r"NoRouteToHost|no route to host|host is unreachable|EHOSTUNREACH",
    ),
    (
        "network is unreachable|network unreachable|enetunreach",
        r"network (?:is )?unreachable|ENETUNREACH",
    ),
    (
        "connect",
        r"connect(?:ion)? (?:attempt )?timed out|connection timeout\b|"
        r"SocketTimeoutException: connect timed out|ConnectTimeout|ETIMEDOUT",
    ),
    (
        "connect to",
        r"(?:could not|couldn't|cannot|can't|unable to|failed to) (?:establish a )?connect(?:ion)? "
        r"to (?:the |a )?(?:[\w-]{1,20} ){0,2}(?:database|db|server|redis|postgres\w{0,4}|mysql|"
        r"mongo\w{0,3}|kafka|rabbitmq|broker|upstream|backend|elasticsearch|etcd|cluster|queue)",
    ),
)
# What is said for any reason why there is no connection: only other words tell which.
_POOL = (
    (
        "jdbc connection|database connection|db connection",
        r"(?:failed to|unable to|could not|cannot|can't) (?:obtain|acquire|get|open|establish|"
        r"create) (?:a |an |the )?(?:new )?(?:JDBC|database|db) connection",
    ),
    (
        "too many c|connection slots",
        r"FATAL: {1,3}sorry, too many clients already|remaining connection slots are reserved|"
        r"\bToo many connections\b",
    ),
)

NETWORK: tuple[tuple[str, str, str], ...] = (
    *(("NameResolutionFailed", *row) for row in _DNS),
    *(("CertificateExpired", *row) for row in _CERTIFICATE),
    *(("RBACForbidden", *row) for row in _RBAC),
    *(("PortConflict", *row) for row in _PORT_TAKEN),
    *(("PortConflict?", *row) for row in _PORT_PERHAPS),
    *(("DependencyUnreachable", *row) for row in _DEPENDENCY),
    *(("DependencyUnreachable?", *row) for row in _POOL),
)
