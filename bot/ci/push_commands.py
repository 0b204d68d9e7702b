"""What the commands of a `run:` step push: docker, buildx, podman, skopeo, crane, ko and others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.ci.expressions import Unknown
from bot.ci.push_patterns import Target, full_name, grouped, pattern, target
from bot.ci.shell_words import commands
from bot.ci.step_scope import Scope

_PREFIXES = frozenset({"sudo", "time", "env", "exec", "then", "do", "else", "if", "retry", "!"})
_WITH_VALUE = frozenset({
    "-t", "--tag", "-f", "--file", "--build-arg", "--platform", "--label", "--cache-from",
    "--cache-to", "--target", "-o", "--output", "--builder", "--creds", "--dest-creds",
    "--src-creds", "--authfile", "--format", "--secret", "--network", "--progress", "--image",
    "--destination", "-d", "--context", "-c", "--dockerfile", "--iidfile", "--metadata-file",
    "--provenance", "--sbom", "--annotation", "--retry-times", "--registry", "-r", "--new_tag",
    "--cert-dir", "--digestfile", "--builder-image", "--env", "-e", "--path", "-p", "--set",
})  # fmt: skip
_ANY = Target(name="*", tags=("*",), pushed=None)
_PUBLISHING_WORD = re.compile(r"(?:^|[-_:./])(?:push|publish|release|deploy|ship)(?:$|[-_:./])")
_TASK_RUNNERS = frozenset({"make", "gmake", "task", "just", "mage", "rake", "nx", "bazel", "mise"})


def targets_of(script: str, scope: Scope) -> Iterator[Target]:
    """Every image that a script pushes; `*` where a make target or script hides the name."""
    found: list[Target | None] = []
    for words in commands(pattern(scope.text(script)), scope.contexts):
        program, arguments = _command(words)
        reader = _READERS.get(program)
        if reader is not None:
            found += reader(arguments, scope)
        elif _hides_a_push(program, arguments):
            found.append(_ANY)
    yield from grouped(found)


def _hides_a_push(program: str, arguments: Sequence[str]) -> bool:
    if program in _TASK_RUNNERS:
        return any(_PUBLISHING_WORD.search(word) for word in arguments)
    return program.endswith(".sh") and _PUBLISHING_WORD.search(program) is not None


def _command(words: Sequence[str]) -> tuple[str, list[str]]:
    rest = list(words)
    while rest and (rest[0] in _PREFIXES or re.fullmatch(r"[A-Za-z_]\w*=.*", rest[0])):
        rest.pop(0)
    return (rest[0].rpartition("/")[2], rest[1:]) if rest else ("", [])


def _values(arguments: Sequence[str], *flags: str) -> list[str]:
    found = []
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in flags and equals:
            found.append(value)
        elif word in flags and index + 1 < len(arguments):
            found.append(arguments[index + 1])
    return found


def _operands(arguments: Sequence[str]) -> list[str]:
    found, skip = [], False
    for word in arguments:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _WITH_VALUE
        else:
            found.append(word)
    return found


def _docker(arguments: list[str], _: Scope) -> list[Target | None]:
    match _operands(arguments):
        case ["push", *names] | ["image", "push", *names] | ["manifest", "push", *names]:
            every = {"-a", "--all-tags"} & set(arguments)
            return [_all_tags(name) if every else target(name) for name in names[:1]]
        case ["buildx", "imagetools", "create", *_]:
            return [target(name) for name in _values(arguments, "-t", "--tag")]
        case ["buildx", "bake", *_] | ["compose", "push", *_]:
            pushes = "--push" in arguments or "compose" in arguments
            return [_ANY] if pushes else []
        case ["build", *_] | ["buildx", "build", *_] | ["image", "build", *_]:
            return _build(arguments)
        case ["compose", "build", *_]:
            return [_ANY] if "--push" in arguments else []
        case _:
            return []


def _build(arguments: list[str]) -> list[Target | None]:
    outputs = " ".join(_values(arguments, "-o", "--output"))
    pushes = {"--push", "--push=true"} & set(arguments) or outputs_push(outputs)
    names = _values(arguments, "-t", "--tag")
    names += re.findall(r"\bname=([^,\s]{1,300})", outputs)
    return [target(name) for name in names] if pushes else []


def outputs_push(outputs: str) -> bool:
    """Whether buildx outputs send the image to a registry."""
    return re.search(r"type=registry|push=true|push-by-digest=true", outputs) is not None


def _all_tags(name: str) -> Target | None:
    found = target(name)
    return Target(name=found.name, tags=("*",)) if found else None


def _podman(arguments: list[str], _: Scope) -> list[Target | None]:
    match _operands(arguments):
        case ["push", *names] | ["manifest", "push", *names] | ["image", "push", *names]:
            return [target(names[-1])] if names else []
        case _:
            return []


def _skopeo(arguments: list[str], _: Scope) -> list[Target | None]:
    names = [word for word in _operands(arguments)[1:] if word.startswith("docker://")]
    copies = _operands(arguments)[:1] in (["copy"], ["sync"])
    return [target(names[-1])] if copies and names else []


def _crane(arguments: list[str], _: Scope) -> list[Target | None]:
    match _operands(arguments):
        case ["push", _, name, *_] | ["copy" | "cp", _, name, *_]:
            return [target(name)]
        case ["tag", name, tag, *_]:
            found = target(name)
            return [Target(name=found.name, tags=(tag,))] if found else []
        case ["append" | "mutate" | "rebase", *_]:
            return [target(name) for name in _values(arguments, "-t", "--new_tag", "--tag")]
        case _:
            return []


def _oras(arguments: list[str], _: Scope) -> list[Target | None]:
    match _operands(arguments):
        case ["push", name, *_] | ["cp" | "copy", _, name, *_]:
            return [target(name)]
        case _:
            return []


def _ko(arguments: list[str], scope: Scope) -> list[Target | None]:
    if _operands(arguments)[:1] not in (["build"], ["publish"], ["resolve"], ["apply"]):
        return []
    if {"--local", "-L", "--push=false"} & set(arguments):
        return []
    env = scope.contexts.get("env")
    repository = env.get("KO_DOCKER_REPO") if isinstance(env, dict) else None
    name = pattern(repository) if isinstance(repository, (str, Unknown)) else "*"
    bare = {"--bare", "-B", "--base-import-paths"} & set(arguments)
    tags = [tag for text in _values(arguments, "-t", "--tags") for tag in text.split(",")]
    return [Target(name=full_name(name if bare else f"{name}/*"), tags=tuple(tags) or ("latest",))]


def _kaniko(arguments: list[str], _: Scope) -> list[Target | None]:
    if {"--no-push", "--no-push=true"} & set(arguments):
        return []
    return [target(name) for name in _values(arguments, "--destination", "-d")]


def _pack(arguments: list[str], _: Scope) -> list[Target | None]:
    operands = _operands(arguments)
    names = [*operands[1:2], *_values(arguments, "-t", "--tag")]
    return [target(name) for name in names] if "--publish" in arguments else []


def _java(arguments: list[str], _: Scope) -> list[Target | None]:
    """Jib, Spring Boot and the docker plugins of Maven and Gradle."""
    goals = " ".join(arguments)
    if not re.search(r"\bjib(?::build)?\b(?!:docker)|docker:push|dockerPush|publishImage=true|"
                     r"image\.publish=true|-Pushpush|\bpushImage\b", goals):  # fmt: skip
        return []
    names = _values(arguments, "-Djib.to.image", "-Dimage", "--image",
                    "-Dspring-boot.build-image.imageName", "--imageName")  # fmt: skip
    return [target(name) for name in names] or [_ANY]


def _cloud(arguments: list[str], _: Scope) -> list[Target | None]:
    """`gcloud builds submit` and `az acr build` build and push on the cloud's side."""
    match _operands(arguments):
        case ["builds", "submit", *_]:
            return [target(name) for name in _values(arguments, "-t", "--tag")] or [_ANY]
        case ["acr", "build" | "import", *_]:
            host = (_values(arguments, "-r", "--registry") or ["*"])[0]
            names = _values(arguments, "-t", "--image", "-i")
            return [target(f"{host}.azurecr.io/{name}") for name in names]
        case _:
            return []


def _earthly(arguments: list[str], _: Scope) -> list[Target | None]:
    return [_ANY] if "--push" in arguments else []


def _compose(arguments: list[str], _: Scope) -> list[Target | None]:
    return [_ANY] if "push" in arguments or "--push" in arguments else []


def _script(arguments: list[str], _: Scope) -> list[Target | None]:
    """`npm run push`, `bash push.sh`: what it pushes stands elsewhere."""
    return [_ANY] if any(_PUBLISHING_WORD.search(word) for word in arguments[:3]) else []


_READERS: dict[str, Callable[[list[str], Scope], list[Target | None]]] = {
    "docker": _docker, "nerdctl": _docker, "docker-compose": _compose, "podman": _podman,
    "buildah": _podman, "skopeo": _skopeo, "crane": _crane, "gcrane": _crane, "oras": _oras,
    "ko": _ko, "executor": _kaniko, "pack": _pack, "mvn": _java, "mvnw": _java, "gradle": _java,
    "gradlew": _java, "gcloud": _cloud, "az": _cloud, "earthly": _earthly, "earth": _earthly,
    "bash": _script, "sh": _script, "npm": _script, "yarn": _script, "pnpm": _script,
}  # fmt: skip
