"""What a report says to do: the least change, with the names of this very case, as a command."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Solution
from tests import make

OWNER = (k.OwnerReference(kind="Deployment", name="api", controller=True),)
MAP = k.ConfigMap(metadata=make.meta("settings"), keys=("LOG_LEVEL", "REGION"))
SECRET = k.Secret(metadata=make.meta("api-token"), keys=("token",))
EDIT = "kubectl edit deployment api -n shop"


def solutions(evidence: Evidence) -> tuple[Solution, ...]:
    return diagnose(evidence).solutions


def lacking(message: str, *others: k.KubeObject, env: tuple[k.EnvVar, ...] = ()) -> Evidence:
    """A pod of Deployment api that the kubelet cannot configure."""
    status = make.waiting(reason="CreateContainerConfigError", message=message)
    pod = make.pod(
        status,
        phase="Pending",
        meta={"owner_references": OWNER},
        spec=[make.container(env=env)],
    )
    return make.evidence(pod, *others, listed=[k.ConfigMap, k.Secret])


def variable(name: str, kind: str, source: str, key: str) -> k.EnvVar:
    selector = k.KeySelector(name=source, key=key)
    if kind == "Secret":
        return k.EnvVar(name=name, value_from=k.EnvVarSource(secret_key_ref=selector))
    return k.EnvVar(name=name, value_from=k.EnvVarSource(config_map_key_ref=selector))


def patched(command: str) -> Any:
    """The container that a patch of the Deployment changes."""
    words = shlex.split(command)
    assert words[:-1] == ["kubectl", "patch", "deployment", "api", "-n", "shop", "-p"]
    return json.loads(words[-1])["spec"]["template"]["spec"]["containers"][0]


def test_missing_secret_is_made_with_the_keys_that_the_pod_reads() -> None:
    env = (
        variable("DB_USER", "Secret", "database", "username"),
        variable("DB_PASSWORD", "Secret", "database", "tls.key"),
    )
    assert solutions(lacking('secret "database" not found', env=env)) == (
        Solution(
            title="Create Secret database with username, tls.key",
            why="The kubelet starts no container whose references do not exist.",
            recommended=True,
            commands=(
                "kubectl create secret generic database -n shop"
                ' --from-literal=username="${USERNAME:?}" --from-literal=tls.key="${TLS_KEY:?}"',
            ),
        ),
    )


def test_misspelled_secret_is_referred_to_by_its_name() -> None:
    env = (variable("TOKEN", "Secret", "api-tokens", "token"),)
    first, second = solutions(lacking('secret "api-tokens" not found', SECRET, env=env))
    assert first.title == "Refer to Secret api-token instead"
    source = {"secretKeyRef": {"name": "api-token", "key": "token"}}
    assert patched(first.commands[0]) == {
        "name": "api",
        "env": [{"name": "TOKEN", "valueFrom": source}],
    }
    assert second.title == "Create Secret api-tokens with token"


def test_misspelled_key_is_referred_to_by_its_name() -> None:
    env = (variable("LEVEL", "ConfigMap", "settings", "LOGLEVEL"),)
    message = "couldn't find key LOGLEVEL in ConfigMap shop/settings"
    first, second = solutions(lacking(message, MAP, env=env))
    assert first.title == "Refer to the key LOG_LEVEL instead"
    assert patched(first.commands[0])["env"][0]["valueFrom"] == {
        "configMapKeyRef": {"name": "settings", "key": "LOG_LEVEL"}
    }
    assert (second.title, second.commands) == (
        "Add the key LOGLEVEL to ConfigMap settings",
        ("kubectl edit configmap settings -n shop",),
    )


def crashed(log: str, **container: Any) -> Evidence:
    pod = make.pod(
        make.crashing(1),
        spec=[make.container(**container)],
        meta={"owner_references": OWNER},
        podspec={
            "volumes": (
                k.Volume(name="conf", config_map=k.ObjectVolume(name="settings")),
                k.Volume(name="tls", secret=k.ObjectVolume(secret_name="api-tls")),
            )
        },
    )
    return make.evidence(pod, logs=[make.log(log)])


MOUNTS = (
    k.VolumeMount(name="tls", mount_path="/tls"),
    k.VolumeMount(name="conf", mount_path="/etc/api"),
)
FORBIDDEN = (
    'pods is forbidden: User "system:serviceaccount:shop:api" cannot list resource "pods"'
    ' in API group "" '
)


@pytest.mark.parametrize(
    ("log", "container", "title", "commands"),
    [
        (
            "fatal: environment variable DB_PASSWORD is not set",
            {"env": (k.EnvVar(name="DB_PASWORD"),)},
            "Set DB_PASSWORD for container api",
            ('kubectl set env deployment/api -n shop -c api DB_PASSWORD="${DB_PASSWORD:?}"',),
        ),
        (
            "FATAL: Failed to parse configuration file /etc/api/api.yaml: line 4 column 21",
            {"volume_mounts": MOUNTS},
            "Correct the configuration in configmap settings or secret api-tls",
            (
                "kubectl edit configmap settings -n shop",
                "kubectl edit secret api-tls -n shop",
            ),
        ),
        (
            "ERROR - SSL certificate expired",
            {"volume_mounts": MOUNTS},
            "Renew the certificate, then restart the container",
            (
                "kubectl get secret api-tls -n shop -o 'jsonpath={.data.tls\\.crt}' | base64 -d"
                " | openssl x509 -noout -subject -enddate",
            ),
        ),
        (
            FORBIDDEN + 'in the namespace "shop"',
            {},
            "Let service account shop:api list pods",
            (
                "kubectl create role api-list-pods -n shop --verb=list --resource=pods",
                "kubectl create rolebinding api-list-pods -n shop --role=api-list-pods"
                " --serviceaccount=shop:api",
                "kubectl auth can-i list pods -n shop --as=system:serviceaccount:shop:api",
            ),
        ),
        (
            FORBIDDEN + "at the cluster scope",
            {},
            "Let service account shop:api list pods",
            (
                "kubectl create clusterrole api-list-pods --verb=list --resource=pods",
                "kubectl create clusterrolebinding api-list-pods --clusterrole=api-list-pods"
                " --serviceaccount=shop:api",
                "kubectl auth can-i list pods --as=system:serviceaccount:shop:api",
            ),
        ),
        (
            "curl: (6) Could not resolve host: ledger.bank",
            {},
            "Correct the host name ledger.bank, or create what should have it",
            (
                "kubectl run dns --rm -it --restart=Never --image=busybox -n shop -- nslookup"
                " ledger.bank",
                EDIT,
            ),
        ),
        (
            "dial tcp ledger.bank:5432: connect: connection refused",
            {},
            "Check that ledger.bank:5432 runs and that the address is right",
            ("kubectl get service,endpoints ledger -n bank", EDIT),
        ),
    ],
    ids=["variable", "configuration", "certificate", "role", "cluster role", "host", "dependency"],
)
def test_log_names_what_to_do(
    log: str, container: dict[str, Any], title: str, commands: tuple[str, ...]
) -> None:
    first = solutions(crashed(log, **container))[0]
    assert (first.title, first.commands) == (title, commands)


def test_variable_that_may_be_misspelled_is_named() -> None:
    evidence = crashed(
        "environment variable DATABASE_URL is not set", env=(k.EnvVar(name="DATABSE_URL"),)
    )
    assert solutions(evidence)[0].why == (
        "The program refuses to run without it. It has DATABSE_URL, which may be that one"
        " misspelled."
    )


def unpulled(image: str, message: str) -> tuple[Solution, ...]:
    status = make.waiting(reason="ErrImagePull", message=message)
    pod = make.pod(
        status,
        phase="Pending",
        meta={"owner_references": OWNER},
        spec=[make.container(image=image)],
    )
    return solutions(make.evidence(pod))


def test_official_image_is_not_pushed_but_asked_for_by_a_tag_that_exists() -> None:
    message = (
        'failed to pull and unpack image "docker.io/library/nginx:1.99": failed to resolve'
        ' reference "docker.io/library/nginx:1.99": docker.io/library/nginx:1.99: not found'
    )
    assert [(s.title, s.commands) for s in unpulled("nginx:1.99", message)][:2] == [
        (
            "Use a tag of nginx that exists",
            ("crane ls nginx", "kubectl set image deployment/api api=nginx:TAG -n shop"),
        ),
        (
            "Write the image's full name, if it is not the official image nginx",
            ("kubectl set image deployment/api api=REGISTRY/OWNER/nginx:TAG -n shop",),
        ),
    ]


def test_command_that_belongs_on_the_node_says_so() -> None:
    message = 'failed to do request: Head "https://nowhere.acme.io/v2/api/manifests/1": dial tcp: lookup nowhere.acme.io on 10.0.0.2:53: no such host'  # noqa: E501
    first = unpulled("nowhere.acme.io/api:1", message)[0]
    assert first.commands[1:] == ("nslookup nowhere.acme.io", "cat /etc/resolv.conf")
    assert first.why.endswith("Run nslookup and cat on node node-1.")
