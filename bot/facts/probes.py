"""Probes: which one, which port it asks, and where the container listens."""

from __future__ import annotations

import re

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.logs import listening_ports
from bot.view import ContainerView, View


def probe_of(container: ContainerView, kind: f.Probe) -> k.Probe | None:
    """One of the three probes of a container."""
    return {
        f.Probe.READINESS: container.spec.readiness_probe,
        f.Probe.LIVENESS: container.spec.liveness_probe,
        f.Probe.STARTUP: container.spec.startup_probe,
    }[kind]


def port_of(container: ContainerView, probe: k.Probe | None) -> int:
    """The number of the port that a probe asks; 0 when it asks none or its name is not declared."""
    if probe is None:
        return 0
    asked: int | str = 0
    if probe.http_get:
        asked = probe.http_get.port
    elif probe.tcp_socket:
        asked = probe.tcp_socket.port
    elif probe.grpc:
        asked = probe.grpc.port
    return number_of(container.spec, asked)


def number_of(container: k.Container, port: int | str) -> int:
    """A port's number, by number or by the name that the container declares; 0 when neither."""
    if isinstance(port, int):
        return port
    if port.isdigit():
        return int(port[:5])
    named = {each.name: each.container_port for each in container.ports if each.name}
    return named.get(port, 0)


# Where the servers of well-known images listen unless they are told otherwise (their own docs).
_USUAL = {
    "nginx": 80,
    "httpd": 80,
    "caddy": 80,
    "traefik": 80,
    "wordpress": 80,
    "apache": 80,
    "redis": 6379,
    "valkey": 6379,
    "memcached": 11211,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "mongo": 27017,
    "mongodb": 27017,
    "rabbitmq": 5672,
    "elasticsearch": 9200,
    "grafana": 3000,
    "prometheus": 9090,
    "tomcat": 8080,
    "jenkins": 8080,
}


def usual_port(container: k.Container) -> int:
    """Where the container's image listens by default; 0 for an image or command of its own."""
    if container.command or container.args:
        return 0
    name = container.image.rsplit("/", 1)[-1].partition("@")[0].partition(":")[0]
    return _USUAL.get(name, 0)


def listens_on(view: View, container: ContainerView) -> tuple[int, ...]:
    """The ports that the container's log says it listens on."""
    return listening_ports(view.log(container.pod, container.name))


_ADDRESS = re.compile(r"^(?P<name>(?:.*(?=[:=]))?)(?P<sign>[:=]?)(?P<number>\d{2,5})$")
_TAKES_A_PORT = re.compile(
    r"^-{1,2}(?:p|l|lp)$|(?:^|[-_.])port$|listen|bind|addr|^-{1,2}http|(?:serve|server|runserver)$",
    re.IGNORECASE,
)


def command_ports(container: k.Container) -> tuple[int, ...]:
    """Ports that the container's command line names where servers take one.

    `:8080`, `--port=8080`, and a number after a word that asks for one; `sleep 3600` names none.
    """
    words = " ".join([*container.command, *container.args]).replace(",", " ").split()
    found: list[int] = []
    for before, word in zip(("", *words), words, strict=False):
        address = _ADDRESS.search(word.strip("'\"();"))
        if address is None or not 0 < int(address["number"]) < 65536:
            continue
        asks = address["name"] if address["sign"] else before.strip("'\"(")
        if address["sign"] == ":" or _TAKES_A_PORT.search(asks):
            found.append(int(address["number"]))
    return tuple(dict.fromkeys(found))
