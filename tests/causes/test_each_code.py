"""For each code that a text decides: a text that means it, and a near one that does not."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from tests import make

PULL = 'Failed to pull image "ghcr.io/acme/api:1.4.0": '
GET = 'Get "https://ghcr.io/v2/acme/api/manifests/1.4.0": '
TOO_MANY = "0/3 nodes are available: 3 "
CREATE = 'Error creating: pods "api-5d8f-" is forbidden: '
START = "failed to create containerd task: failed to create shim task: OCI runtime create failed: "
SANDBOX = 'Failed to create pod sandbox: failed to setup network for sandbox "3f2a": '
MOUNT = 'MountVolume.SetUp failed for volume "data" : '


class Pair(NamedTuple):
    """A text that means the code, and a near one that does not; both seen in the same place."""

    place: str
    text: str
    near: str | None
    """None where the kubelet's reason alone is the proof."""


PAIRS: dict[str, Pair] = {
    "ImageMissing": Pair(
        "pull",
        'rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/acme/api:1.4.0"'
        ': failed to resolve reference "ghcr.io/acme/api:1.4.0": ghcr.io/acme/api:1.4.0: not found',
        GET + "dial tcp: lookup ghcr.io: no such host",
    ),
    "ImageCredentialRejected": Pair(
        "pull",
        "unauthorized: incorrect username or password",
        "unauthorized: authentication required",
    ),
    "ImageManifestUnsupported": Pair(
        "pull",
        "unsupported manifest media type and no default available:"
        " application/vnd.oci.artifact.manifest.v1+json",
        "no match for platform in manifest: not found",
    ),
    "ImageCorrupt": Pair(
        "pull",
        "failed to extract layer sha256:11aa: archive/tar: invalid tar header: unknown",
        "failed to extract layer sha256:11aa: no space left on device: unknown",
    ),
    "ImageDiskFull": Pair(
        "pull",
        "write /var/lib/containerd/io.containerd/blob: no space left on device",
        "write tcp 10.0.0.1:443: write: connection reset by peer",
    ),
    "ImagePullCanceled": Pair("pull", "context canceled", "manifest unknown"),
    "ImagePullThrottledByKubelet": Pair("pull", "pull QPS exceeded", "toomanyrequests: slow down"),
    "RegistryTimeout": Pair(
        "pull", GET + "dial tcp 10.1.1.1:443: i/o timeout", GET + "dial tcp: lookup x: i/o timeout"
    ),
    "RegistryConnectionRefused": Pair(
        "pull",
        GET + "dial tcp 10.1.1.1:443: connect: connection refused",
        'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while'
        ' dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
    ),
    "RegistryConnectionReset": Pair(
        "pull",
        GET + "read tcp 10.0.0.1:4->10.1.1.1:443: read: connection reset by peer",
        GET + "dial tcp 10.1.1.1:443: connect: connection refused",
    ),
    "RegistryUnreachable": Pair(
        "pull",
        GET + "dial tcp 10.1.1.1:443: connect: no route to host",
        GET + "dial tcp 10.1.1.1:443: i/o timeout",
    ),
    "RegistryTLSUntrusted": Pair(
        "pull",
        GET + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        GET + "tls: failed to verify certificate: x509: certificate has expired or is not yet"
        " valid: current time 2026-03-01T12:00:00Z is after 2026-02-01T00:00:00Z",
    ),
    "RegistryTLSExpired": Pair(
        "pull",
        GET + "tls: failed to verify certificate: x509: certificate has expired or is not yet"
        " valid: current time 2026-03-01T12:00:00Z is after 2026-02-01T00:00:00Z",
        GET + "x509: certificate is valid for other.example, not ghcr.io",
    ),
    "RegistryTLSHostname": Pair(
        "pull",
        GET + "x509: certificate is valid for other.example, not ghcr.io",
        GET + "tls: handshake failure",
    ),
    "RegistryTLSHandshakeFailure": Pair(
        "pull",
        GET + "remote error: tls: handshake failure",
        GET + "net/http: TLS handshake timeout",
    ),
    "RegistryPlainHTTP": Pair(
        "pull",
        GET + "http: server gave HTTP response to HTTPS client",
        GET + "unexpected status: 502 Bad Gateway",
    ),
    "RegistryServerError": Pair(
        "pull",
        "unexpected status code 503 Service Unavailable",
        "unexpected status code 403 Forbidden",
    ),
    "RegistryProxyError": Pair(
        "pull",
        GET + "proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused",
        GET + "dial tcp 10.1.1.1:443: connect: connection refused",
    ),
    "RegistryMirrorBadRequest": Pair(
        "pull",
        "unexpected status from HEAD request to https://mirror.acme.io/v2/acme/api/manifests/1.4.0"
        "?ns=ghcr.io: 400 Bad Request",
        "unexpected status from HEAD request to https://ghcr.io/v2/acme/api/manifests/1.4.0:"
        " 503 Service Unavailable",
    ),
    "ImageNameInvalid": Pair(
        "waiting:InvalidImageName",
        'Failed to apply default image tag "ghcr.io/Acme/api:1": couldn\'t parse image name'
        ' "ghcr.io/Acme/api:1": invalid reference format: repository name must be lowercase',
        None,
    ),
    "ImageNeverPull": Pair(
        "waiting:ErrImageNeverPull",
        'Container image "ghcr.io/acme/api:1.4.0" is not present with pull policy of Never',
        None,
    ),
    "InvalidArguments": Pair(
        "waiting:CreateContainerError",
        'failed to generate container "0a1b" spec: unable to find user app: no matching entries in'
        " passwd file",
        'failed to generate container "0a1b" spec: context deadline exceeded',
    ),
    "StartupFailing": Pair(
        "event:Unhealthy",
        "Startup probe failed: HTTP probe failed with statuscode: 503",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
    ),
    "InsufficientMemory": Pair(
        "scheduling", TOO_MANY + "Insufficient memory.", TOO_MANY + "Insufficient cpu."
    ),
    "PodAffinity": Pair(
        "scheduling",
        TOO_MANY + "node(s) didn't match pod affinity rules.",
        TOO_MANY + "node(s) didn't match pod anti-affinity rules.",
    ),
    "PodAntiAffinity": Pair(
        "scheduling",
        TOO_MANY + "node(s) didn't match pod anti-affinity rules.",
        TOO_MANY + "node(s) didn't match pod affinity rules.",
    ),
    "TopologySpread": Pair(
        "scheduling",
        TOO_MANY + "node(s) didn't match pod topology spread constraints.",
        TOO_MANY + "node(s) had untolerated taint {acme.io/topology: x}.",
    ),
    "HostPortConflict": Pair(
        "scheduling",
        TOO_MANY + "node(s) didn't have free ports for the requested pod ports.",
        TOO_MANY + "Too many pods.",
    ),
    "NoNodes": Pair(
        "scheduling", "no nodes available to schedule pods", "0/1 nodes are available: 1 x."
    ),
    "ResourceClaimMissing": Pair(
        "scheduling",
        '0/3 nodes are available: resourceclaim "gpu" not found.',
        '0/3 nodes are available: persistentvolumeclaim "gpu" not found.',
    ),
    "PVCNotFound": Pair(
        "scheduling",
        '0/3 nodes are available: persistentvolumeclaim "gpu" not found.',
        '0/3 nodes are available: resourceclaim "gpu" not found.',
    ),
    "AutoscalerNotTriggered": Pair(
        "event:NotTriggerScaleUp",
        "pod didn't trigger scale-up: 1 max node group size reached",
        "pod triggered scale-up: [{pool 1->2 (max: 4)}]",
    ),
    "CSIDriverMissing": Pair(
        "event:FailedMount",
        MOUNT + "driver name csi.acme.io not found in the list of registered CSI drivers",
        MOUNT + 'configmap "csi.acme.io" not found',
    ),
    "HostPathTypeMismatch": Pair(
        "event:FailedMount",
        MOUNT + "hostPath type check failed: /data is not a directory",
        MOUNT + "mount failed: exit status 32",
    ),
    "SubPathError": Pair(
        "waiting:CreateContainerConfigError",
        'failed to create subPath directory for volumeMount "data" of container "api"',
        'configmap "data" not found',
    ),
    "VolumeAttachFailed": Pair(
        "event:FailedAttachVolume",
        'AttachVolume.Attach failed for volume "pvc-7" : rpc error: code = Internal desc = Could'
        ' not attach volume "vol-7" to node "i-7": attachment limit exceeded',
        'Multi-Attach error for volume "pvc-7" Volume is already exclusively attached to one node',
    ),
    "SecretKeyMissing": Pair(
        "waiting:CreateContainerConfigError",
        "couldn't find key token in Secret shop/api",
        "couldn't find key token in ConfigMap shop/api",
    ),
    "ConfigMapKeyMissing": Pair(
        "waiting:CreateContainerConfigError",
        "couldn't find key token in ConfigMap shop/api",
        "couldn't find key token in Secret shop/api",
    ),
    "RunAsNonRootViolation": Pair(
        "waiting:CreateContainerConfigError",
        "container has runAsNonRoot and image will run as root",
        'secret "root" not found',
    ),
    "MemoryLimitTooLow": Pair(
        "waiting:RunContainerError",
        START + "container init was OOM-killed (memory limit too low?): unknown",
        START + 'exec: "serve": executable file not found in $PATH: unknown',
    ),
    "ContainerNameConflict": Pair(
        "waiting:CreateContainerError",
        'failed to reserve container name "api_api-5d8f_shop_1": name "api_api-5d8f_shop_1" is'
        ' reserved for "0a1b2c"',
        "context deadline exceeded",
    ),
    "ReadOnlyFilesystem": Pair(
        "log",
        "OSError: [Errno 30] Read-only file system: '/data/cache'",
        "PermissionError: [Errno 13] Permission denied: '/data/cache'",
    ),
    "PermissionDenied": Pair(
        "log",
        "PermissionError: [Errno 13] Permission denied: '/data/cache'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/data/cache'",
    ),
    "FileMissing": Pair(
        "log",
        "FileNotFoundError: [Errno 2] No such file or directory: '/data/cache'",
        "PermissionError: [Errno 13] Permission denied: '/data/cache'",
    ),
    "DiskFull": Pair(
        "log",
        "OSError: [Errno 28] No space left on device: '/data/cache'",
        "OSError: [Errno 30] Read-only file system: '/data/cache'",
    ),
    "CertificateExpired": Pair(
        "log",
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed:"
        " certificate has expired (_ssl.c:1000)",
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed:"
        " self-signed certificate (_ssl.c:1000)",
    ),
    "CommandSyntaxError": Pair(
        "log",
        'sh: 1: Syntax error: end of file unexpected (expecting "fi")',
        "sh: 1: serve: not found",
    ),
    "CommandNotFound": Pair(
        "log",
        "sh: 1: serve: not found",
        'sh: 1: Syntax error: end of file unexpected (expecting "fi")',
    ),
    "DependencyUnreachable": Pair(
        "log",
        "fatal: dial tcp 10.2.0.9:5432: connect: connection refused",
        "fatal: dial tcp: lookup db.shop.svc on 10.96.0.10:53: no such host",
    ),
    "NameResolutionFailed": Pair(
        "log",
        "fatal: dial tcp: lookup db.shop.svc on 10.96.0.10:53: no such host",
        "fatal: dial tcp 10.2.0.9:5432: connect: connection refused",
    ),
    "RBACForbidden": Pair(
        "log",
        'fatal: pods is forbidden: User "system:serviceaccount:shop:api" cannot list resource'
        ' "pods" in API group "" in the namespace "shop"',
        "fatal: 403 Forbidden: the page of a customer",
    ),
    "UnhandledException": Pair(
        "log",
        "Traceback (most recent call last):\n"
        '  File "/app/main.py", line 7, in <module>\n'
        "    total / count\n"
        "ZeroDivisionError: division by zero",
        "done: 0 errors",
    ),
    "PortConflict": Pair(
        "log",
        "fatal: listen tcp :8080: bind: address already in use",
        "fatal: listen tcp :80: bind: permission denied",
    ),
    "PreStartHookFailed": Pair(
        "waiting:RunContainerError",
        START + "runc create failed: unable to start container process: error during container"
        " init: error running prestart hook #0: exit status 1, stderr: no GPU: unknown",
        START + 'exec: "serve": executable file not found in $PATH: unknown',
    ),
    "QuotaMustSpecifyResources": Pair(
        "create",
        CREATE + "failed quota: compute: must specify limits.cpu for: api",
        CREATE + "exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4",
    ),
    "QuotaExceeded": Pair(
        "create",
        CREATE + "exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4",
        CREATE + "failed quota: compute: must specify limits.cpu for: api",
    ),
    "LimitRangeViolation": Pair(
        "create",
        CREATE + "maximum memory usage per Container is 1Gi, but limit is 2Gi",
        CREATE + "exceeded quota: mem, requested: memory=2Gi, used: memory=0, limited: memory=1Gi",
    ),
    "PodSecurityViolation": Pair(
        "create",
        CREATE + 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
        'Error creating: admission webhook "guard.acme.io" denied the request: no',
    ),
    "WebhookDenied": Pair(
        "create",
        'Error creating: admission webhook "guard.acme.io" denied the request: no',
        'Error creating: Internal error occurred: failed calling webhook "guard.acme.io": Post'
        ' "https://guard.acme.svc:443/": dial tcp 10.96.4.2:443: connect: connection refused',
    ),
    "WebhookUnavailable": Pair(
        "create",
        'Error creating: Internal error occurred: failed calling webhook "guard.acme.io": Post'
        ' "https://guard.acme.svc:443/": dial tcp 10.96.4.2:443: connect: connection refused',
        'Error creating: admission webhook "guard.acme.io" denied the request: no',
    ),
    "PriorityClassMissing": Pair(
        "create",
        CREATE + "no PriorityClass with name urgent was found",
        CREATE + 'error looking up service account shop/urgent: serviceaccount "urgent" not found',
    ),
    "Evicted": Pair(
        "status:Evicted", "The node had an eviction", "The node had condition: [DiskPressure]."
    ),
    "DiskPressure": Pair(
        "status:Evicted",
        "The node was low on resource: ephemeral-storage.",
        "The node was low on resource: memory.",
    ),
    "MemoryPressure": Pair(
        "status:Evicted",
        "The node was low on resource: memory.",
        "The node was low on resource: ephemeral-storage.",
    ),
    "EphemeralStorageExceeded": Pair(
        "status:Evicted",
        "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.",
        "The node was low on resource: ephemeral-storage.",
    ),
    "CNIFailure": Pair(
        "event:FailedCreatePodSandBox",
        SANDBOX + 'plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file',
        SANDBOX + "no IP addresses available in range set: 10.244.1.1-10.244.1.254",
    ),
    "IPExhausted": Pair(
        "event:FailedCreatePodSandBox",
        SANDBOX + "no IP addresses available in range set: 10.244.1.1-10.244.1.254",
        SANDBOX + 'plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file',
    ),
    "SandboxImagePull": Pair(
        "event:FailedCreatePodSandBox",
        'failed to get sandbox image "reg.example/pause:3.9": failed to pull image: not found',
        SANDBOX + 'plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file',
    ),
    "SandboxRuntimeError": Pair(
        "event:FailedCreatePodSandBox",
        'RuntimeHandler "gvisor" not supported',
        'failed to get sandbox image "reg.example/pause:3.9": failed to pull image: not found',
    ),
    "VolumeMultiAttach": Pair(
        "event:FailedAttachVolume",
        'Multi-Attach error for volume "data" Volume is already used by pod(s) api-5d8f-q7w2r',
        'AttachVolume.Attach failed for volume "data" : the disk is being made',
    ),
    "NodeShutdown": Pair(
        "status:",
        "Pod was terminated in response to imminent node shutdown.",
        "Pod was active on the node longer than the specified deadline",
    ),
    "Preempted": Pair(
        "status:",
        "Preempted in order to admit critical pod",
        "Pod was active on the node longer than the specified deadline",
    ),
}


def evidence(place: str, text: str) -> Evidence:
    """The objects of a cluster in which this text stands in this place."""
    kind, _, reason = place.partition(":")
    unscheduled: dict[str, Any] = {
        "podspec": {"node_name": ""},
        "phase": "Pending",
        "conditions": (),
    }
    match kind:
        case "log":
            return make.evidence(make.pod(make.crashing(1)), logs=[make.log(text)])
        case "create":
            owner = k.ReplicaSet(metadata=make.meta("api-5d8f"), spec=k.WorkloadSpec(replicas=1))
            return make.evidence(owner, make.event(owner, "FailedCreate", text))
        case "status":
            return make.evidence(
                make.pod(phase="Failed", reason=reason, message=text, container_statuses=())
            )
        case "waiting":
            return make.evidence(
                make.pod(make.waiting(reason=reason, message=text), phase="Pending")
            )
        case "pull":
            pod = make.pod(make.waiting(reason="ErrImagePull"), phase="Pending")
            return make.evidence(pod, make.event(pod, "Failed", PULL + text, of="api"))
        case "scheduling":
            pod = make.pod(k.ContainerStatus(name="api"), **unscheduled)
            return make.evidence(pod, make.event(pod, "FailedScheduling", text))
        case _:
            pod = make.pod(make.waiting(reason="ContainerCreating"), phase="Pending")
            return make.evidence(pod, make.event(pod, reason, text))


def codes(place: str, text: str) -> set[str]:
    return {root.code for root in diagnose(evidence(place, text)).root_causes}


@pytest.mark.parametrize(("code", "pair"), PAIRS.items(), ids=PAIRS.keys())
def test_the_code_is_given_when_the_text_means_it(code: str, pair: Pair) -> None:
    assert code in codes(pair.place, pair.text)


@pytest.mark.parametrize(("code", "pair"), PAIRS.items(), ids=PAIRS.keys())
def test_the_code_is_not_given_when_the_text_only_resembles_it(code: str, pair: Pair) -> None:
    assert pair.near is None or code not in codes(pair.place, pair.near)
    assert code not in codes("event:AcmeHeld", "the guard holds it back")
