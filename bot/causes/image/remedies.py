"""What to do about an image that is not pulled, with the names of this pod in the commands."""

from __future__ import annotations

from bot.causes.image.decide import Decision, reference_of
from bot.causes.image.failing import FailingImage
from bot.evidence import Target
from bot.report import Recheck, RetryPull, Solution
from bot.words import shell

_ACCESS = (
    "ImageAccessDenied",
    "ImageCredentialRejected",
    "ImageMissingOrPrivate",
    "ImagePullSecretMissing",
    "ImagePullSecretMismatch",
)
_RETRY = (
    "RegistryTimeout",
    "RegistryConnectionReset",
    "RegistryServerError",
    "ImagePullCanceled",
    "ImageCorrupt",
    "ImageBackOffOnly",
    "ImageRateLimited",
    "ImagePullThrottledByKubelet",
)
_NODE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "RegistryDNSFailure": (
        "Let the node resolve {host}",
        "The node's own resolver is asked, not the cluster's DNS.",
        ("nslookup {host}", "cat /etc/resolv.conf"),
    ),
    "RegistryConnectionRefused": (
        "Start what should listen at {host}, or correct the address",
        "localhost is the node itself, not the machine on which the image was built.",
        ("curl -v https://{host}/v2/",),
    ),
    "RegistryUnreachable": (
        "Open the way from the node to {host}",
        "A route, a firewall or an egress rule is missing.",
        ("curl -v https://{host}/v2/",),
    ),
    "RegistryTLSUntrusted": (
        "Give the nodes the certificate authority of {host}",
        "The runtime trusts the node's authorities only.",
        ("openssl s_client -connect {address} -showcerts", "ls /etc/containerd/certs.d/{host}"),
    ),
    "RegistryTLSExpired": (
        "Renew the certificate of {host}, or correct the node's clock",
        "The runtime compares the certificate with the node's own time.",
        ("openssl s_client -connect {address} | openssl x509 -noout -dates", "date -u"),
    ),
    "RegistryTLSHostname": (
        "Use a name that the certificate of {host} has as subject alternative name",
        "Names in the common name alone do not count.",
        ("openssl s_client -connect {address} | openssl x509 -noout -ext subjectAltName",),
    ),
    "RegistryTLSHandshakeFailure": (
        "Find out which protocol version and certificates {host} accepts",
        "Client and server agreed on none.",
        ("openssl s_client -connect {address}",),
    ),
    "RegistryPlainHTTP": (
        "Tell the runtime that {host} speaks plain HTTP, or give it a certificate",
        "Runtimes speak HTTPS unless a hosts.toml or insecure entry names the registry.",
        ("cat /etc/containerd/certs.d/{host}/hosts.toml",),
    ),
    "RegistryProxyError": (
        "Correct the proxy of the runtime on the node",
        "The runtime reads HTTPS_PROXY and NO_PROXY from its service.",
        ("systemctl show containerd --property Environment",),
    ),
    "RegistryMirrorBadRequest": (
        "Take the mirror out of the runtime's configuration, or repair it",
        "The node asks the mirror first; the pod's manifest does not name it.",
        ("ls -R /etc/containerd/certs.d",),
    ),
    "ImageDiskFull": (
        "Free space on the node",
        "Unused images are deleted by the kubelet only above its threshold.",
        ("crictl rmi --prune", "df -h /var/lib/containerd"),
    ),
}


def solutions(
    image: FailingImage, decision: Decision, near: tuple[str, ...]
) -> tuple[Solution, ...]:
    """The ways to mend it, the recommended one first."""
    found: list[Solution] = []
    if decision.code in ("ImageTagMissing", "ImageRepositoryMissing", "ImageMissing"):
        found += [_use_tag(image, tag) for tag in near[:1]]
        found.append(_push(image))
    if decision.code in _ACCESS:
        found.append(_credentials(image, decision))
    if decision.code in _NODE:
        found.append(_on_node(image, decision.code))
    if decision.code == "ImagePlatformMismatch":
        found.append(_platform(image))
    if decision.code in _RETRY or decision.note:
        found.append(_retry(image))
    if decision.code in ("ImageNameInvalid", "ImageNeverPull", "ImageManifestUnsupported"):
        found.append(_correct(image, decision.code))
    if decision.code == "ImageRateLimited":
        found.insert(0, _credentials(image, decision))
    return tuple(found)


def _owner(image: FailingImage) -> tuple[str, str]:
    """(`kind/name`, namespace) of what makes the pod, as kubectl takes it."""
    pod = image.pod
    if pod is None:
        return "deployment/NAME", "NAMESPACE"
    owner = pod.metadata.controller
    if owner is None:
        return f"pod/{pod.name}", pod.namespace
    if owner.kind == "ReplicaSet" and "-" in owner.name:
        return f"deployment/{owner.name.rpartition('-')[0]}", pod.namespace
    return f"{owner.kind.lower()}/{owner.name}", pod.namespace


def _set_image(image: FailingImage, reference: str) -> str:
    owner, namespace = _owner(image)
    name = image.container.name if image.container else "CONTAINER"
    return shell("kubectl", "-n", namespace, "set", "image", owner, f"{name}={reference}")


def _use_tag(image: FailingImage, tag: str) -> Solution:
    name = image.written.partition("@")[0].rpartition(":")[0] or image.written
    return Solution(
        title=f"Use tag {tag}",
        why="It exists, and is the nearest to the one that was asked for.",
        recommended=True,
        commands=(_set_image(image, f"{name}:{tag}"),),
    )


def _push(image: FailingImage) -> Solution:
    return Solution(
        title=f"Push {image.written or 'the image'}",
        why="The pod starts by itself at the next attempt, at most five minutes later.",
        commands=(shell("docker", "push", image.written or "IMAGE"),),
        action=_retry(image).action,
    )


def _credentials(image: FailingImage, decision: Decision) -> Solution:
    reference = reference_of(image)
    host = reference.registry if reference else "HOST"
    server = "https://index.docker.io/v1/" if host == "docker.io" else host
    _, namespace = _owner(image)
    secrets = decision.secrets
    wrong = (*secrets.missing, *secrets.named) if secrets else ()
    name = wrong[0] if wrong else "registry-credentials"
    account = (image.pod.spec.service_account_name if image.pod else "") or "default"
    commands = [
        f"{shell('kubectl', '-n', namespace, 'create', 'secret', 'docker-registry', name)}"
        f" --docker-server={server} --docker-username=USER --docker-password=TOKEN"
        + (" --dry-run=client -o yaml | kubectl apply -f -" if wrong else "")
    ]
    if not wrong:
        patch = f'{{"imagePullSecrets":[{{"name":"{name}"}}]}}'
        commands.append(
            shell("kubectl", "-n", namespace, "patch", "serviceaccount", account, "-p", patch)
        )
    return Solution(
        title=f"Give the pod a working pull secret for {host}",
        why="The kubelet sends only credentials whose key matches the registry; new pods use it.",
        recommended=decision.code != "ImageMissingOrPrivate",
        commands=tuple(commands),
    )


def _on_node(image: FailingImage, code: str) -> Solution:
    title, why, commands = _NODE[code]
    reference = reference_of(image)
    connection = image.fact.connection
    host = (connection.host if connection else "") or image.fact.host
    host = host or (reference.api_host if reference else "HOST")
    address = host if ":" in host else f"{host}:443"
    return Solution(
        title=title.format(host=host, address=address),
        why=why,
        recommended=True,
        commands=tuple(each.format(host=host, address=address) for each in commands),
    )


def _platform(image: FailingImage) -> Solution:
    return Solution(
        title="Build the image for the node's platform too, or choose nodes of its platform",
        why="An index serves each node its own entry; without one the pull ends.",
        recommended=True,
        commands=(
            f"docker buildx build --platform linux/amd64,linux/arm64 -t {image.written} --push .",
            "kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os",
        ),
    )


def _retry(image: FailingImage) -> Solution:
    pod = image.pod
    if pod is None:
        return Solution(title="Try the pull again", why="The next attempt may succeed.")
    return Solution(
        title="Try the pull again now",
        why="The kubelet waits up to five minutes between attempts.",
        commands=(shell("kubectl", "-n", pod.namespace, "delete", "pod", pod.name),),
        action=RetryPull(cluster="", namespace=pod.namespace, pod=pod.name, uid=pod.metadata.uid)
        if pod.metadata.controller
        else Recheck(target=Target("", pod.namespace, "Pod", pod.name)),
    )


def _correct(image: FailingImage, code: str) -> Solution:
    title, why = {
        "ImageNameInvalid": (
            "Correct the image reference",
            "Names are lower case, HOST[:PORT]/PATH[:TAG][@DIGEST], and no variable is left in.",
        ),
        "ImageNeverPull": (
            "Set imagePullPolicy: IfNotPresent, or load the image on the node",
            "With Never the kubelet asks no registry.",
        ),
        "ImageManifestUnsupported": (
            "Push the image again with a current builder",
            "Runtimes take OCI images and Docker schema 2; schema 1 and artifacts are none.",
        ),
    }[code]
    return Solution(
        title=title, why=why, recommended=True, commands=(_set_image(image, "IMAGE:TAG"),)
    )
