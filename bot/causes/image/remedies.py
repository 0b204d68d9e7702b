"""What to do about an image that is not pulled, with the names of this pod in the commands."""

from __future__ import annotations

import json

from bot import kubectl
from bot.causes.image.decide import Decision, reference_of
from bot.causes.image.failing import FailingImage
from bot.causes.image.remedy_table import REMEDIES
from bot.report import Solution
from bot.view import View
from bot.words import command, shell

_PUSH = ("ImageTagMissing", "ImageRepositoryMissing", "ImageMissing")
_TAG = ("ImageTagMissing", "ImageMissing")
_ACCESS = (
    "ImageAccessDenied",
    "ImageCredentialRejected",
    "ImageMissingOrPrivate",
    "ImagePullSecretMissing",
    "ImagePullSecretMismatch",
    "ImageRateLimited",
)
_CORRECT = ("ImageNameInvalid", "ImageManifestUnsupported", "RegistryDNSFailure")


def solutions(
    view: View, image: FailingImage, decision: Decision, near: tuple[str, ...]
) -> tuple[Solution, ...]:
    """The ways to mend it, the recommended one first. The pull itself is retried by others."""
    code = decision.code
    found = [_use_tag(view, image, tag) for tag in near[:1]] if code in _PUSH else []
    if code in (*_PUSH, "ImageMissingOrPrivate"):
        found += _push_or_rename(view, image, code, tags_known=bool(near))
    if code in _ACCESS:
        found.append(_credentials(image, decision))
    if code in REMEDIES:
        found.append(_by_table(view, image, code))
    if code == "ImageNeverPull":
        found.append(_pull_policy(view, image))
    return tuple(found)


def _set_image(view: View, image: FailingImage, reference: str) -> tuple[str, ...]:
    if image.container is None or image.pod is None:
        return ()
    kind, name = kubectl.owner(view, image.pod)
    workload = f"{kind.lower()}/{name}"
    return (kubectl.set_image(workload, image.pod.namespace, image.container.name, reference),)


def _use_tag(view: View, image: FailingImage, tag: str) -> Solution:
    reference = reference_of(image)
    name = image.written.partition("@")[0]
    if reference and reference.tag and name.endswith(f":{reference.tag}"):
        name = name.removesuffix(f":{reference.tag}")
    return Solution(
        title=f"Use tag {tag}",
        why="It exists, and is the nearest to the one that was asked for.",
        recommended=True,
        commands=_set_image(view, image, f"{name}:{tag}"),
        image=f"{name}:{tag}",
    )


def _push_or_rename(
    view: View, image: FailingImage, code: str, *, tags_known: bool
) -> list[Solution]:
    """Nobody pushes to Docker Hub's `library`: what is sought there has another name.

    A name without an owner means that folder:
    https://github.com/distribution/reference/blob/main/normalize.go
    """
    reference = reference_of(image)
    tag = [] if tags_known or code not in _TAG else _other_tag(view, image)
    if reference is None or not reference.repository.startswith("library/"):
        return [_push(image), *tag]
    short = reference.repository.removeprefix("library/")
    full = Solution(
        title=f"Write the image's full name, if it is not the official image {short}",
        why=f"Without an owner, {short} means {reference.registry}/{reference.repository}.",
        commands=_set_image(view, image, f"REGISTRY/OWNER/{short}:TAG"),
    )
    return [*tag, full]


def _other_tag(view: View, image: FailingImage) -> list[Solution]:
    reference = reference_of(image)
    if reference is None or image.container is None:
        return []
    name = reference.short.removesuffix(f":{reference.tag}").partition("@")[0]
    use = _set_image(view, image, f"{name}:TAG")
    return [
        Solution(
            title=f"Use a tag of {name} that exists",
            why="The list of tags comes from the registry.",
            commands=(shell("crane", "ls", name), *use),
        )
    ]


def _push(image: FailingImage) -> Solution:
    return Solution(
        title=f"Push {image.written or 'the image'}",
        why="The pod starts by itself at the next attempt, at most five minutes later.",
        commands=(shell("docker", "push", image.written),) if image.written else (),
    )


def _credentials(image: FailingImage, decision: Decision) -> Solution:
    reference = reference_of(image)
    host = reference.registry if reference else "the registry"
    return Solution(
        title=f"Give the pod a working pull secret for {host}",
        why="The kubelet sends only credentials whose key matches the registry; new pods use it.",
        recommended=decision.code not in ("ImageMissingOrPrivate", "ImageRateLimited"),
        commands=_secret_commands(image, decision, host) if reference else (),
    )


def _secret_commands(image: FailingImage, decision: Decision, host: str) -> tuple[str, ...]:
    if image.pod is None:
        return (shell("docker", "login", host),)
    secrets = decision.secrets
    named = (*secrets.missing, *secrets.named) if secrets else ()
    name = named[0] if named else "registry-credentials"
    server = "https://index.docker.io/v1/" if host == "docker.io" else host
    made = shell(
        *("kubectl", "create", "secret", "docker-registry", name, "-n", image.pod.namespace),
        f"--docker-server={server}",
    )
    made += ' --docker-username="${USERNAME:?}" --docker-password="${TOKEN:?}"'
    if named:
        return (f"{made} --dry-run=client -o yaml | kubectl apply -f -",)
    account = image.pod.spec.service_account_name or "default"
    patch = json.dumps({"imagePullSecrets": [{"name": name}]})
    place = ("-n", image.pod.namespace)
    return (made, shell("kubectl", "patch", "serviceaccount", account, *place, "-p", patch))


def _by_table(view: View, image: FailingImage, code: str) -> Solution:
    title, why, commands = REMEDIES[code]
    reference = reference_of(image)
    connection = image.fact.connection
    host = (connection.host if connection else "") or image.fact.host
    host = host or (reference.api_host if reference else "the registry")
    address = host if ":" in host else f"{host}:443"
    names = {"host": host, "address": address, "image": image.written or "IMAGE"}
    correct = _set_image(view, image, "REGISTRY/IMAGE:TAG") if code in _CORRECT else ()
    return Solution(
        title=title.format(**names),
        why=why,
        recommended=True,
        commands=(*correct, *(command(each, **names) for each in commands)),
    )


def _pull_policy(view: View, image: FailingImage) -> Solution:
    commands: tuple[str, ...] = ()
    if image.pod is not None:
        commands = (kubectl.edit(view, image.pod), shell("crictl", "pull", image.written))
    return Solution(
        title="Set imagePullPolicy: IfNotPresent, or load the image on the node",
        why="With Never the kubelet asks no registry.",
        recommended=True,
        commands=commands,
    )
