"""The codes of connections to a registry, by kind."""

from __future__ import annotations

from bot.cause.tables import Row

_OTHERWISE = "another attempt since then failed otherwise, or succeeded"

ROWS: tuple[Row, ...] = (
    Row(
        code="RegistryDNSFailure",
        title="the name of the registry does not resolve",
        seen_as="`lookup HOST: no such host`",
        confirmed_if="the node's look-up failed",
        ruled_out_if=_OTHERWISE,
        by_hand="nslookup HOST",
    ),
    Row(
        code="RegistryTimeout",
        title="the registry does not answer in time",
        seen_as="`i/o timeout`, `Client.Timeout exceeded`",
        confirmed_if="the connection or the answer timed out",
        ruled_out_if=_OTHERWISE,
        by_hand="curl -v https://HOST/v2/",
    ),
    Row(
        code="RegistryConnectionRefused",
        title="nothing listens where the registry should be",
        seen_as="`connection refused`",
        confirmed_if="the address refused the connection",
        ruled_out_if=_OTHERWISE,
        by_hand="curl -v https://HOST/v2/",
    ),
    Row(
        code="RegistryConnectionReset",
        title="the connection to the registry broke",
        seen_as="`connection reset by peer`, `EOF`",
        confirmed_if="the connection ended in the middle",
        ruled_out_if=_OTHERWISE,
        by_hand="curl -v https://HOST/v2/",
    ),
    Row(
        code="RegistryUnreachable",
        title="the node has no way to the registry",
        seen_as="`no route to host`, `network is unreachable`",
        confirmed_if="the node's network says so",
        ruled_out_if=_OTHERWISE,
        by_hand="ip route get ADDRESS",
    ),
    Row(
        code="RegistryTLSUntrusted",
        title="the node does not trust the registry's certificate",
        seen_as="`x509: certificate signed by unknown authority`",
        confirmed_if="the certificate's authority is unknown to the node",
        ruled_out_if=_OTHERWISE,
        by_hand="openssl s_client -connect HOST:443 -showcerts",
    ),
    Row(
        code="RegistryTLSExpired",
        title="the registry's certificate has expired",
        seen_as="`x509: certificate has expired or is not yet valid`",
        confirmed_if="the certificate is not valid at the node's time",
        ruled_out_if=_OTHERWISE,
        by_hand="openssl s_client -connect HOST:443 | openssl x509 -noout -dates",
    ),
    Row(
        code="RegistryTLSHostname",
        title="the registry's certificate is for another name",
        seen_as="`x509: certificate is valid for A, not B`",
        confirmed_if="the certificate does not name the host",
        ruled_out_if=_OTHERWISE,
        by_hand="openssl s_client -connect HOST:443 | openssl x509 -noout -ext subjectAltName",
    ),
    Row(
        code="RegistryTLSHandshakeFailure",
        title="node and registry do not agree on TLS",
        seen_as="`remote error: tls: handshake failure`",
        confirmed_if="the handshake failed for no certificate's sake",
        ruled_out_if=_OTHERWISE,
        by_hand="openssl s_client -connect HOST:443",
    ),
    Row(
        code="RegistryPlainHTTP",
        title="the registry speaks plain HTTP and the runtime HTTPS",
        seen_as="`server gave HTTP response to HTTPS client`",
        confirmed_if="the registry answered without TLS",
        ruled_out_if=_OTHERWISE,
        by_hand="curl -v http://HOST/v2/",
    ),
    Row(
        code="RegistryServerError",
        title="the registry itself fails",
        seen_as="5xx, `Service Unavailable`",
        confirmed_if="the registry answered with a server error",
        ruled_out_if=_OTHERWISE,
        by_hand="curl -sI https://HOST/v2/",
    ),
    Row(
        code="RegistryProxyError",
        title="the proxy between node and registry fails",
        seen_as="`proxyconnect tcp`, 407",
        confirmed_if="the proxy refused, or could not be reached",
        ruled_out_if=_OTHERWISE,
        by_hand="systemctl show containerd --property Environment",
    ),
    Row(
        code="RegistryMirrorBadRequest",
        title="a mirror answers what no registry would",
        seen_as="an odd 4xx, often with ?ns=",
        confirmed_if="the status is neither absence, refusal nor a limit",
        ruled_out_if=_OTHERWISE,
        by_hand="curl -sI the URL of the error",
    ),
)
