"""What mends a program that says why it ended, with the names that its log gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from bot import kubectl
from bot.facts.crashes import Crash
from bot.logs import LogFinding
from bot.report import Solution
from bot.view import ContainerView, View
from bot.words import shell

_MOST = 3
# https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go
_Q = r"[\\\"']{0,2}"
_FORBIDDEN = re.compile(
    rf"system:serviceaccount:(?P<space>[a-z0-9-]{{1,63}}):(?P<account>[a-z0-9.-]{{1,253}}){_Q}"
    rf" cannot (?P<verb>[a-z]{{2,20}}) resource {_Q}(?P<resource>[a-z0-9./-]{{1,100}}){_Q}"
    rf" in API group {_Q}(?P<group>[a-z0-9.-]{{0,100}}){_Q}"
    rf" (?:in the namespace {_Q}(?P<where>[a-z0-9-]{{1,63}})|at the cluster scope)"
)
# The prefixes of https://docs.kernel.org/admin-guide/sysctl/
_KERNEL = re.compile(
    r"\b(?P<key>(?:vm|fs|net|kernel)\.[a-z][a-z0-9_.]{1,80})\b.{0,80}"
    r"at least \[?(?P<least>\d{1,12})"
)


def remedy(view: View, crash: Crash, reason: LogFinding, general: Solution) -> Solution:
    """`general`, made particular where the log names what is concerned."""
    tell = _PARTICULAR.get(reason.code)
    found = tell(view, crash.container, reason) if tell else None
    return found or Solution(
        title=general.title,
        why=general.why,
        commands=(kubectl.edit(view, crash.container.pod),),
    )


def _variable(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:
    if not reason.variable:
        return None
    own = [each.name for each in container.spec.env]
    near = get_close_matches(reason.variable, own, 1, 0.7)
    meant = f" It has {near[0]}, which may be that one misspelled." if near else ""
    return Solution(
        title=f"Set {reason.variable} for container {container.name}",
        why=f"The program refuses to run without it.{meant}",
        commands=(kubectl.set_env(view, container, reason.variable),),
    )


def _mounted(container: ContainerView, said: str) -> Iterator[tuple[str, str]]:
    """Kinds and names of what the container mounts; first where a path that is spoken of lies."""
    volumes = {each.name: each for each in container.pod.spec.volumes}
    mounts = sorted(
        container.spec.volume_mounts,
        key=lambda mount: mount.mount_path not in said,
    )
    for mount in mounts:
        volume = volumes.get(mount.name)
        if volume and volume.config_map:
            yield "configmap", volume.config_map.name
        elif volume and volume.secret:
            yield "secret", volume.secret.secret_name


def _configuration(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:  # noqa: ARG001
    kernel = _KERNEL.search(reason.text)
    if kernel:
        return _kernel(container, kernel["key"], kernel["least"])
    space = container.pod.namespace
    held = list(dict.fromkeys(_mounted(container, reason.text)))[:_MOST]
    if not held:
        return None
    names = " or ".join(f"{kind} {name}" for kind, name in held)
    return Solution(
        title=f"Correct the configuration in {names}",
        why="The program's own words say which part it does not accept.",
        commands=tuple(kubectl.command("edit", kind, name, space) for kind, name in held),
    )


def _kernel(container: ContainerView, key: str, least: str) -> Solution:
    node = container.pod.spec.node_name
    on = ("debug", f"node/{node or 'NODE'}", "-it", "--image=busybox", "--profile=sysadmin")
    return Solution(
        title=f"Raise {key} to at least {least} on node {node or 'NODE'}",
        why="It is a setting of the node's kernel: nothing in the pod's configuration changes it."
        " Put it into the node's own set-up too, or it is lost with the next node.",
        commands=(shell("kubectl", *on, "--", "sysctl", "-w", f"{key}={least}"),),
    )


def _certificate(view: View, container: ContainerView, reason: LogFinding) -> Solution:  # noqa: ARG001
    space = container.pod.namespace
    of = f" of {reason.host}" if reason.host else ""
    until = "openssl x509 -noout -subject -enddate"
    commands = []
    if reason.host:
        address = f"{reason.host}:{reason.port or 443}"
        commands.append(f"{shell('openssl', 's_client', '-connect', address)} </dev/null | {until}")
    for kind, name in dict.fromkeys(_mounted(container, reason.text)):
        if kind == "secret" and len(commands) < _MOST:
            read = kubectl.command("get", kind, name, space, "-o", r"jsonpath={.data.tls\.crt}")
            commands.append(f"{read} | base64 -d | {until}")
    if not commands:
        tls = ("--field-selector", "type=kubernetes.io/tls")
        commands.append(shell("kubectl", "get", "secrets", "-n", space, *tls))
    return Solution(
        title=f"Renew the certificate{of}, then restart the container",
        why="Nothing accepts it after its end date.",
        commands=tuple(commands),
    )


def _host(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:
    if not reason.host:
        return None
    run = ("kubectl", "run", "dns", "--rm", "-it", "--restart=Never", "--image=busybox")
    return Solution(
        title=f"Correct the host name {reason.host}, or create what should have it",
        why="Inside the cluster a name is SERVICE, or SERVICE.NAMESPACE from other namespaces.",
        commands=(
            shell(*run, "-n", container.pod.namespace, "--", "nslookup", reason.host),
            kubectl.edit(view, container.pod),
        ),
    )


def _dependency(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:
    if not reason.host and not reason.port:
        return None
    service, _, rest = reason.host.partition(".")
    space = rest.partition(".")[0] or container.pod.namespace
    inside = bool(service) and re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", service)
    look = shell("kubectl", "get", "service,endpoints", service, "-n", space)
    peer = f"{reason.host or 'port'}{':' if reason.host else ' '}{reason.port or ''}".rstrip(": ")
    return Solution(
        title=f"Check that {peer} runs and that the address is right",
        why="The program ends because nothing answers where it connects.",
        commands=(*((look,) if inside else ()), kubectl.edit(view, container.pod)),
    )


def _role(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:  # noqa: ARG001
    """A role for just this request, and its binding; the API server names all parts of it."""
    found = _FORBIDDEN.search(reason.text)
    if found is None:
        return None
    part = {key: value or "" for key, value in found.groupdict().items()}
    name = f"{part['account']}-{part['verb']}-{part['resource'].replace('/', '-')}"
    resource = f"{part['resource']}{'.' if part['group'] else ''}{part['group']}"
    kind = "role" if part["where"] else "clusterrole"
    place = ("-n", part["where"]) if part["where"] else ()
    account = f"{part['space']}:{part['account']}"
    right = (f"--verb={part['verb']}", f"--resource={resource}")
    bind = ("kubectl", "create", f"{kind}binding", name, *place, f"--{kind}={name}")
    asked = ("kubectl", "auth", "can-i", part["verb"], resource, *place)
    return Solution(
        title=f"Let service account {account} {part['verb']} {resource}",
        why="The API server names account, verb and resource; this is the least that allows it.",
        commands=(
            shell("kubectl", "create", kind, name, *place, *right),
            shell(*bind, f"--serviceaccount={account}"),
            shell(*asked, f"--as=system:serviceaccount:{account}"),
        ),
    )


def _trace(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:  # noqa: ARG001
    if not reason.place:
        return None
    return Solution(
        title=f"Correct the program at {reason.place}",
        why="The trace ends there; no setting of the cluster changes it.",
        commands=(kubectl.logs(container, previous=container.restarts > 0),),
    )


def _file(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:
    if not reason.file:
        return None
    return Solution(
        title=f"Provide {reason.file}, or correct the path",
        why="A file comes from the image or from a mounted volume; neither has it at this path.",
        commands=(kubectl.edit(view, container.pod),),
    )


def _port(view: View, container: ContainerView, reason: LogFinding) -> Solution | None:
    if not reason.port:
        return None
    other = f", which container {reason.host} needs too" if reason.host else ""
    return Solution(
        title=f"Let container {container.name} listen on another port than {reason.port}{other}",
        why="All containers of a pod share one network: a port can be taken once.",
        commands=(kubectl.edit(view, container.pod),),
    )


_PARTICULAR: dict[str, Callable[[View, ContainerView, LogFinding], Solution | None]] = {
    "MissingEnvVar": _variable,
    "AppConfigInvalid": _configuration,
    "CertificateExpired": _certificate,
    "NameResolutionFailed": _host,
    "DependencyUnreachable": _dependency,
    "RBACForbidden": _role,
    "UnhandledException": _trace,
    "FileMissing": _file,
    "PortConflict": _port,
}
