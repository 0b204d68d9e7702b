"""Pushing: what registries answer, in the words of buildkit, docker, podman, kaniko and crane."""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_DENIED = ("BuildPushDenied", Order.PUSH)
_SMALL = ("CIPermissionMissing", Order.PUSH)
_NAME = ("BuildReferenceInvalid", Order.PUSH)
_PULL = (
    r"failed to resolve source metadata|load metadata for|pull access denied|initializing source|"
    r"failed to resolve reference|creating build container"
)
_PUSH = (
    r"The push refers to|\bpush(?:ing|ed)?\b|writing blob|--push\b|copying blob|uploads/|"
    r"exporting to image|trying to reuse blob|skopeo copy|crane"
)

RULES = (
    # GitHub's container registry names the right that is missing.
    rule(*_SMALL, "installation not allowed", r"installation not allowed to (?:Create|Write)",
         also=("BuildPushDenied",)),
    rule(*_SMALL, "permission_denied", r"permission_denied: (?:write|create|delete|read)_package",
         also=("BuildPushDenied",)),
    rule(*_SMALL, "expected scopes", r"token provided does not match expected scopes",
         also=("BuildPushDenied", "CICredentialRejected")),
    rule(*_SMALL, "insufficient scopes", r"access token has insufficient scopes",
         also=("BuildPushDenied", "CICredentialRejected")),
    rule(*_DENIED, "permission_denied", r"denied: permission_denied",
         also=("CIPermissionMissing",)),
    # No such repository: ECR and Artifact Registry make none by themselves.
    rule("BuildTargetMissing", Order.PUSH, "does not exist",
         r"name unknown: The repository with name '[^']{1,300}' does not exist",
         also=("BuildPushDenied", "ImageRepositoryMissing")),
    rule("BuildTargetMissing", Order.PUSH, "repositorynotfoundexception", r"RepositoryNotFoundExc"
         r"eption"),
    rule("BuildTargetMissing", Order.PUSH, "name unknown",
         r"name unknown:? .{0,40}(?:Repository|project) .{0,200}not found",
         also=("BuildPushDenied", "ImageRepositoryMissing"), unless=_PULL),
    rule("BuildTargetMissing", Order.PUSH, "project", r"(?:not found|"
         r"unknown): project \S+ not found|"
         r"project \S+ not found: project", also=("BuildPushDenied",)),
    rule("BuildTargetMissing", Order.PUSH, "404",
         r"unexpected status from (?:POST|PUT) request to \S+/(?:blobs/uploads|manifests)/\S*: 404",
         also=("BuildPushDenied",)),
    rule("BuildTargetMissing", Order.PUSH, "registry does not exist", r"registry does not exist",
         also=("BuildPushDenied",)),
    # A tag that may not be overwritten: ECR, Harbor, Artifact Registry, Docker Hub.
    rule("BuildTagImmutable", Order.PUSH, "immutable", r"(?:tag|image|artifact|"
         r"repository).{0,300}\bimmutable\b|"
         r"immutable tag|configured as immutable", also=("BuildPushDenied",)),
    rule("BuildTagImmutable", Order.PUSH, "cannot be overwritten", r"cannot be overwritten",
         also=("BuildPushDenied",)),
    # A name that is none.
    rule(*_NAME, "must be lowercase", r"repository name .{0,200}must be lowercase",
         also=("ImageNameInvalid",)),
    rule(*_NAME, "invalid reference format", r"invalid reference format",
         also=("ImageNameInvalid",)),
    rule(*_NAME, "invalid tag", r"\binvalid tag \"", also=("ImageNameInvalid",)),
    rule(*_NAME, "could not parse reference", r"could not parse reference",
         also=("ImageNameInvalid",)),
    rule(*_NAME, "tag is needed", r"tag is needed when pushing to registry",
         also=("WorkflowFailed",)),
    rule(*_NAME, "requires", r"docker (?:image )?(?:push|tag)[\"']? requires (?:exactly|"
         r"at least)? ?\d",
         suspected=True, also=("WorkflowFailed",)),
    rule(*_NAME, "can only contain", r"(?:repository|tag) can only contain the characters",
         also=("ImageNameInvalid",)),
    rule("ImageNameInvalid", Order.LOGIN, "invalid repository name", r"invalid repository name",
         also=("BuildReferenceInvalid", "CISecretMissing", "BuildPushDenied")),
    # Right refused. Docker Hub says the same for "missing" and for "not yours".
    rule(*_DENIED, "requested access to the resource is denied",
         r"requested access to the resource is denied",
         unless=_PULL + r"|Unable to find image"),
    # Jib names the registry for which it has no good credentials, or no rights.
    rule(*_DENIED, "image failed, perhaps",
         r"image failed, perhaps you should (?:make sure|set a credential|use a credential)",
         also=("CICredentialRejected", "BuildLoginFailed", "CIPermissionMissing")),
    rule(*_DENIED, "push access denied", r"push access denied"),
    rule(*_DENIED, "insufficient_scope", r"insufficient_scope", unless=_PULL),
    rule(*_DENIED, "authorization status", r"authorization status: 40[13]",
         also=("BuildLoginFailed",), unless=_PULL),
    rule(*_DENIED, "unexpected status", r"unexpected status(?: code)?:? 40[13]\b", suspected=True,
         also=("BuildLoginFailed", "CIPermissionMissing"), unless=_PULL),
    rule(*_DENIED, "failed to do request",
         r"failed to do request: (?:Head|Put|Post|Patch) \S{1,1000}: (?:unauthorized|denied)\b",
         suspected=True, also=("BuildLoginFailed", "CICredentialRejected"), unless=_PULL),
    rule(*_DENIED, "requesting bearer token",
         r"Requesting bearer token: invalid status code from registry 4\d\d",
         also=("BuildLoginFailed", "CICredentialRejected"), unless=_PULL),
    rule(*_DENIED, "error parsing http 40", r"error parsing HTTP 40[13] response body",
         also=("BuildLoginFailed",), unless=_PULL),
    # go-containerregistry, which ko, crane and kaniko push with: METHOD URL: CODE: message.
    rule(*_DENIED, "scope=repository",
         r"\b(?:GET|POST) https?://\S+[?&]scope=repository\S*(?:%3A|%2C|[:,])push\S*: "
         r"(?:UNAUTHORIZED|DENIED)\b",
         also=("BuildLoginFailed", "CICredentialRejected")),
    rule(*_DENIED, "/v2/",
         r"\b(?:POST|PUT|PATCH|HEAD) https?://\S+/(?:blobs/uploads|manifests)/\S*: "
         r"(?:UNAUTHORIZED|DENIED)\b",
         also=("BuildLoginFailed", "CICredentialRejected", "CIPermissionMissing")),
    # A name and no more: the reason is on a line of its own, or left out.
    rule(*_DENIED, "failed to push", r"failed to push(?: to destination)? [^\s:\"]{1,200}"
         r"(?::[^\s:\"]{1,200}){0,2}\\?\"?:?\s*$", suspected=True,
         also=("BuildLoginFailed", "CICredentialRejected", "BuildNetworkFailed")),
    rule(*_DENIED, "checking push permission", r"checking push permissions?\b"),
    rule(*_DENIED, "denied on resource", r"denied: Permission \"?artifactregistry\.\S+ denied on "
         r"resource",
         also=("CIPermissionMissing",)),
    rule(*_DENIED, "unauthenticated request", r"denied: Unauthenticated request",
         also=("BuildLoginFailed",)),
    rule(*_DENIED, "token exchange failed", r"denied: Token exchange failed",
         also=("CIPermissionMissing",)),
    rule(*_DENIED, "caller does not have permission", r"caller does not have permission",
         also=("CIPermissionMissing",)),
    rule(*_DENIED, "ecr", r"not authorized to perform:? ecr(?:-public)?:"
         r"(?:InitiateLayerUpload|UploadLayerPart|CompleteLayerUpload|PutImage|BatchCheckLayer\w+)",
         also=("CIPermissionMissing",)),
    rule(*_DENIED, "unauthorized to access repository", r"unauthorized to access repository.{0,20"
         r"0}action: push"),
    rule(*_DENIED, "not authorized", r"access to the requested resource is not authorized",
         unless=_PULL),
    rule(*_DENIED, "projectpolicyviolation", r"PROJECTPOLICYVIOLATION"),
    rule(*_DENIED, "exceed the configured upper limit", r"will exceed the configured upper limit"),
    rule(*_DENIED, "access forbidden", r"denied: access forbidden", also=("CIPermissionMissing",)),
    rule(*_DENIED, "40", r"failed to push \S+:.{0,400}: 40[13]\b", also=("CIPermissionMissing",)),
    rule(*_DENIED, "40", r"unexpected status (?:code )?from (?:POST|PUT|PATCH|HEAD) request to \S+"
         r"(?:blobs/uploads|manifests|blobs)/\S*: 40[13]\b", also=("CIPermissionMissing",),
         unless=_PULL),
    rule(*_DENIED, "destination", r"failed to read from destination repository \S+: 40[13]",
         also=("CIPermissionMissing",)),
    rule(*_DENIED, "writing", r"(?:writing|copying|uploading) (?:blob|manifest|config|layer|"
         r"image).{0,400}"
         r"(?:\b40[13] \(?(?:Forbidden|Unauthorized)|unauthorized|denied)",
         also=("CICredentialRejected", "CIPermissionMissing")),
    rule(*_DENIED, "reuse blob", r"trying to reuse blob .{0,500}(?:unauthorized|denied|"
         r"\(Forbidden\))",
         also=("CICredentialRejected",)),
    rule(*_DENIED, "unauthorized", r"unauthorized: (?:authentication required|access|"
         r"not authorized|unauthorized)",
         suspected=True, also=("BuildLoginFailed", "CICredentialRejected"), needs=_PUSH,
         unless=_PULL + r"|Pulling fs layer|: Pulling from|Unable to find image"),
    rule(*_DENIED, "denied", r"^(?:Error: |"
         r"ERROR: )?(?:buildx failed with: )?(?:error from registry: )?"
         r"denied(?:: |\s*$)", suspected=True, also=("CIPermissionMissing",), needs=_PUSH,
         unless=_PULL),
    rule("BuildPushDenied", Order.GENERIC, "denied|unauthorized",
         r"^(?:Error: |ERROR: )?(?:denied|unauthorized)(?:: \S|\s*$)", suspected=True,
         also=("BuildLoginFailed", "ImageAccessDenied")),
    rule(*_DENIED, "413", r"413 (?:Request Entity|Payload|Content) Too Large",
         also=("RegistryProxyError",)),
    # Pulls in the course of a build that are refused.
    rule("ImageAccessDenied", Order.PUSH, "error response from daemon",
         r"^(?:Error: |docker: )?Error response from daemon: (?:(?:Head|Get) .{0,300}: )?"
         r"(?:denied|unauthorized)\b", suspected=True,
         also=("CIPermissionMissing", "WorkflowFailed", "BuildLoginFailed"),
         unless=_PUSH + r"|/v[12]/\"?:"),
    rule("ImageAccessDenied", Order.PUSH, "pull access denied",
         r"(?:Error response from daemon|docker): .{0,200}pull access denied", suspected=True,
         also=("ImageMissingOrPrivate", "WorkflowFailed")),
    rule("BuildDockerfileFailed", Order.BUILD, "pull access denied", r"pull access denied for \S+",
         suspected=True, also=("ImageMissingOrPrivate", "ImageAccessDenied")),
    rule("WorkflowFailed", Order.PUSH, "no such manifest", r"no such manifest: \S+",
         also=("ImageTagMissing",)),
    rule("WorkflowFailed", Order.PUSH, "does not exist locally",
         r"An image does not exist locally with the tag: \S+", also=("BuildReferenceInvalid",)),
    rule("WorkflowFailed", Order.PUSH, "tag does not exist", r"^tag does not exist: \S+",
         also=("BuildReferenceInvalid",)),
)  # fmt: skip
