"""The documentation of the codes whose causes are rows of this family's two tables."""

from __future__ import annotations

from bot.cause.tables import DocLines

_LOG = "kubectl logs POD -c CONTAINER --previous"
_DESCRIBE = "kubectl describe pod POD"
_ANOTHER = "kubelet or kernel ended the container, or its log gives another reason"
_STARTED = "the container has started since"

LINES: dict[str, DocLines] = {
    "MissingEnvVar": DocLines(
        "CrashLoopBackOff; the log ends with the name of a variable that is required",
        "the last lines of the ended container say that an environment variable is not set",
        f"{_ANOTHER}; a variable that only has a default is no reason",
        "kubectl set env deployment/NAME --list",
    ),
    "AppConfigInvalid": DocLines(
        "CrashLoopBackOff; the log names a file, a key or a line that cannot be read",
        "the last lines say that the program cannot parse, or does not accept, its configuration",
        _ANOTHER,
        _LOG,
    ),
    "FileMissing": DocLines(
        "CrashLoopBackOff; `no such file or directory`, FileNotFoundError, ENOENT",
        "the program ends because a file or folder that it opens is not there",
        f"{_ANOTHER}; the command itself is missing: CommandNotFound",
        "kubectl debug POD -it --image=busybox --target=CONTAINER -- ls /proc/1/root/FOLDER",
    ),
    "DependencyUnreachable": DocLines(
        "CrashLoopBackOff; `connection refused`, a timeout, `no route to host`",
        "the program ends because a server that it needs does not answer",
        f"{_ANOTHER}; the name of the server does not resolve: NameResolutionFailed",
        "kubectl get endpoints SERVICE",
    ),
    "NameResolutionFailed": DocLines(
        "CrashLoopBackOff; `no such host`, `could not resolve host`, ENOTFOUND",
        "the program ends because the name of a server does not resolve",
        f"{_ANOTHER}; the name resolves and the server does not answer",
        "kubectl run dns --rm -it --image=busybox --restart=Never -- nslookup NAME",
    ),
    "PermissionDenied": DocLines(
        "CrashLoopBackOff; `permission denied`, EACCES, PermissionError",
        "the program ends because it may not read or write a file",
        f"{_ANOTHER}; the file is its own command: CommandPermissionDenied",
        "kubectl get pod POD -o jsonpath='{.spec.securityContext}'",
    ),
    "RBACForbidden": DocLines(
        "CrashLoopBackOff; `is forbidden: User system:serviceaccount:... cannot ...`",
        "the program ends because the API server refuses its ServiceAccount",
        f"{_ANOTHER}; the program goes on without what it was refused",
        "kubectl auth can-i VERB RESOURCE --as=system:serviceaccount:NAMESPACE:NAME",
    ),
    "PortConflict": DocLines(
        "CrashLoopBackOff; `address already in use`, EADDRINUSE",
        "the program ends because another process of the pod or node holds its port",
        _ANOTHER,
        "kubectl exec POD -c OTHER -- ss -ltnp",
    ),
    "DiskFull": DocLines(
        "CrashLoopBackOff; `no space left on device`, ENOSPC",
        "the program ends because a file system that it writes to is full",
        f"{_ANOTHER}; the node evicted the pod: DiskPressure",
        "kubectl exec POD -- df -h",
    ),
    "CertificateExpired": DocLines(
        "CrashLoopBackOff; `certificate has expired`",
        "the program ends because a certificate is past its end",
        f"{_ANOTHER}; the certificate is not trusted for another reason",
        "openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -dates",
    ),
    "CommandSyntaxError": DocLines(
        "CrashLoopBackOff; `syntax error`, `unexpected end of file`",
        "shell or program cannot parse the command that the container was given",
        _ANOTHER,
        "kubectl get pod POD -o jsonpath='{.spec.containers[*].command}'",
    ),
    "UnhandledException": DocLines(
        "CrashLoopBackOff; a traceback, `panic:`, an uncaught exception",
        "the log ends with an exception that nothing caught and no other code fits",
        _ANOTHER,
        _LOG,
    ),
    "CommandNotFound": DocLines(
        "StartError, RunContainerError, exit code 127; `executable file not found in $PATH`",
        "the runtime, or the shell that is the container's command, does not find the program",
        _STARTED,
        "kubectl debug POD -it --image=busybox --target=CONTAINER -- ls /proc/1/root/usr/bin",
    ),
    "CommandPermissionDenied": DocLines(
        "StartError, RunContainerError, exit code 126; `exec: ...: permission denied`",
        "the runtime or the shell may not execute the container's command",
        f"{_STARTED}; the program itself is refused a file: PermissionDenied",
        "docker run --rm --entrypoint ls IMAGE -l COMMAND",
    ),
    "ExecFormatError": DocLines(
        "CrashLoopBackOff; `exec format error`",
        "the kernel does not know the format of the program: another architecture, or no #! line",
        _STARTED,
        "kubectl get node NODE -o jsonpath='{.status.nodeInfo.architecture}'",
    ),
    "MemoryLimitTooLow": DocLines(
        "StartError, CreateContainerError; `container init was OOM-killed`",
        "the runtime says that the limit is too small for the container to be set up",
        f"{_STARTED}; it ran first and was killed later: OOMKilled",
        "kubectl get pod POD -o jsonpath='{.spec.containers[*].resources.limits.memory}'",
    ),
    "ContainerNameConflict": DocLines(
        "CreateContainerError; `name ... is reserved for`, `is already in use by container`",
        "the runtime holds the name for an attempt that it has not given up",
        _STARTED,
        "crictl ps -a --name CONTAINER",
    ),
    "RunAsNonRootViolation": DocLines(
        "CreateContainerConfigError; `runAsNonRoot and image will run as root`",
        "the kubelet says that the image's user is root, or is a name instead of a number",
        f"{_STARTED}; admission refused the pod: PodSecurityViolation",
        "docker image inspect IMAGE --format '{{.Config.User}}'",
    ),
    "ReadOnlyFilesystem": DocLines(
        "CrashLoopBackOff, RunContainerError; `read-only file system`, EROFS",
        "runtime or program cannot write where the file system is read-only",
        _STARTED,
        "kubectl get pod POD -o jsonpath='{.spec.containers[*].securityContext}'",
    ),
    "InvalidArguments": DocLines(
        "CrashLoopBackOff with `unknown flag`; CreateContainerError with `unable to find user`",
        "the program's log says that it does not know an argument, or the runtime names what it"
        " does not accept: a user, a working directory, a mount",
        _STARTED,
        _DESCRIBE,
    ),
    "PreStartHookFailed": DocLines(
        "PreStartHookError, StartError; `error running hook`, `prestart hook`",
        "runtime or kubelet say that a hook before the start failed",
        f"{_STARTED}; the container's own hook after the start failed: PostStartHookFailed",
        "journalctl -u containerd",
    ),
    "RuntimeError": DocLines(
        "CreateContainerError, RunContainerError, with words that fit no other code",
        "the runtime could not create or start the container and does not say why",
        f"{_STARTED}; the words name a command, a user, a hook or a limit",
        "crictl ps -a; journalctl -u containerd",
    ),
}
