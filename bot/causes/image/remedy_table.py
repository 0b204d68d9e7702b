"""What mends each code that is mended on the node or at the registry: title, why, commands."""

from __future__ import annotations

REMEDIES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "RegistryTimeout": (
        "Find out why {host} gives the node no answer in time",
        "A firewall that drops, a proxy that is not set, or a registry that is slow.",
        ("curl -v -m 20 https://{host}/v2/",),
    ),
    "RegistryConnectionReset": (
        "Find out what cuts the node's connections to {host}",
        "A proxy, an inspecting firewall or an MTU that is too large cuts them in the middle.",
        ("curl -v https://{host}/v2/", "ip link show"),
    ),
    "RegistryServerError": (
        "Wait until {host} works again, or pull from a mirror",
        "The registry answered, with an error of its own.",
        ("curl -sI https://{host}/v2/",),
    ),
    "ImageCorrupt": (
        "Remove what the node has of the image, and push it again if that does not help",
        "What was received, or is stored, does not match its digest.",
        ("crictl rmi {image}", "crane validate --remote {image}"),
    ),
    "ImagePolicyRejected": (
        "Do what the policy asks for: sign or scan the image, or take another one",
        "The image exists; who runs the registry or the node forbids it.",
        ("cosign verify {image}",),
    ),
    "ImagePullCanceled": (
        "Find out why the pull takes so long, or make the image smaller",
        "The runtime gave up before the pull had ended.",
        ("crictl pull {image}",),
    ),
    "ImagePullThrottledByKubelet": (
        "Raise registryPullQPS and registryBurst of the kubelet",
        "The kubelet starts five pulls a second unless it is told otherwise.",
        ("kubectl get --raw /api/v1/nodes/NODE/proxy/configz",),
    ),
    "ImageBackOffOnly": (
        "Let the kubelet pull again, and read the first error",
        "Events are kept for an hour; the error of the first pull is gone.",
        ("crictl pull {image}",),
    ),
    "ImageNameInvalid": (
        "Correct the image reference",
        "Names are lower case, HOST[:PORT]/PATH[:TAG][@DIGEST], and no variable is left in.",
        (),
    ),
    "ImageManifestUnsupported": (
        "Push the image again with a current builder",
        "Runtimes take OCI images and Docker schema 2; schema 1 and artifacts are none.",
        ("crane manifest {image}",),
    ),
    "ImagePlatformMismatch": (
        "Build the image for the node's platform too, or choose nodes of its platform",
        "An index serves each node its own entry; without one the pull ends.",
        (
            "docker buildx build --platform linux/amd64,linux/arm64 -t {image} --push .",
            "kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os",
        ),
    ),
    "RegistryDNSFailure": (
        "Correct the registry's name in the image, or let the node resolve {host}",
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
