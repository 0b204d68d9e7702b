"""Logging in: secrets that are empty, refused, or too small; identities that a cloud refuses.

An unset secret is an empty text without any error, so the step that uses it complains:
https://docs.github.com/en/actions/security-for-github-actions/security-guides/using-secrets-in-github-actions
"""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_MISSING = ("CISecretMissing", Order.LOGIN)
_REFUSED = ("CICredentialRejected", Order.LOGIN)
_SMALL = ("CIPermissionMissing", Order.LOGIN)
_TRUST = ("CITrustRejected", Order.LOGIN)
_FAILED = ("BuildLoginFailed", Order.LOGIN)
_BASE_IMAGE = (r"failed to resolve source metadata|load metadata|initializing source|pulling from|"
               r"(?: : |>>> |\] )FROM ")  # fmt: skip

RULES = (
    # docker/login-action (src/docker.ts): both inputs empty, or one.
    rule(*_MISSING, "required", r"^(?:Error: )?Username(?: and password)? required\s*$",
         also=("BuildLoginFailed",)),
    rule(*_MISSING, "required", r"^(?:Error: )?Password required\s*$", also=("BuildLoginFailed",)),
    # docker cli (cli/command/registry) with an empty password or user.
    rule(*_MISSING, "interactive login",
         r"cannot perform an interactive login from a non.TTY device",
         suspected=True, also=("BuildLoginFailed",)),
    rule(*_MISSING, "password-stdin", r"must provide --username with --password-stdin",
         suspected=True, also=("BuildLoginFailed",)),
    rule(*_MISSING, "password", r"^(?:Error: )?(?:username|password) is empty",
         also=("BuildLoginFailed",)),
    rule(*_MISSING, "flag needs an argument",
         r"flag needs an argument: (?:'[up]' in -[up]|--(?:username|password))", suspected=True,
         also=("BuildLoginFailed",)),
    # actions/toolkit core.getInput, actions/runner for reusable workflows, octokit.
    rule(*_MISSING, "input required", r"Input required and not supplied: \S+", suspected=True),
    rule(*_MISSING, "is required", r"Secret `?[\w-]+`? is required, but not provided while calling",
         also=("WorkflowStartupFailure",)),
    rule(*_MISSING, "token", r"Parameter token or opts\.auth is required"),
    rule(*_MISSING, "", r"\b[A-Z][A-Z0-9_]{2,60}_(?:TOKEN|PASSWORD|PASS|SECRET|KEY|USERNAME|"
         r"CREDENTIALS)\b"
         r"[\"'` ]{0,3}(?:environment variable |secret |variable )?(?:is |was |must be )?"
         r"(?:not set|unset|not defined|missing|empty|required|not provided|unbound variable)\b",
         suspected=True),
    rule(*_MISSING, "unbound variable",
         r"(?:TOKEN|PASSWORD|SECRET|USERNAME)\w{0,40}: unbound variable", suspected=True),
    # google-github-actions/auth, azure/login, aws-actions.
    rule(*_MISSING, "workload_identity_provider",
         r"must specify exactly one of .{0,20}workload_identity_provider",
         also=("CITrustRejected",)),
    rule(*_MISSING, "service account key", r"failed to parse service account key JSON",
         suspected=True,
         also=("CICredentialRejected",)),
    rule(*_MISSING, "not all values are present", r"Not all values are present", suspected=True,
         also=("BuildLoginFailed",)),
    rule(*_SMALL, "id-token", r"Did you mean to set the `?id-token`? permission"),
    rule(*_SMALL, "actions_id_token_request",
         r"(?:did not inject|unable to get|missing|not (?:set|"
         r"found)).{0,40}ACTIONS_ID_TOKEN_REQUEST|"
         r"ACTIONS_ID_TOKEN_REQUEST_(?:URL|TOKEN).{0,40}(?:not|missing|undefined)"),
    rule(*_MISSING, "could not load credentials|credentials could not be loaded",
         r"could not load credentials from any providers|credentials could not be loaded",
         suspected=True, also=("CIPermissionMissing", "BuildLoginFailed", "CITrustRejected")),
    rule(*_FAILED, "credential", r"Missing credentials in config|Unable to locate credentials|"
         r"NoCredentialProviders|no valid credential sources found", also=("CISecretMissing",)),
    rule(*_TRUST, "assumerolewithwebidentity|could not assume role",
         r"not authorized to perform:? sts:AssumeRoleWithWebIdentity|"
         r"Could not assume role with OIDC|AccessDenied.{0,80}AssumeRoleWithWebIdentity",
         also=("CIPermissionMissing",)),
    rule(*_TRUST, "openidconnect provider", r"No OpenIDConnect provider found"),
    rule(*_TRUST, "identity|aadsts", r"InvalidIdentityToken|No matching federated identity record|"
         r"AADSTS(?:70021|700213|700211|700212|70025|700016|700024)\b"),
    rule(*_TRUST, "aadsts", r"AADSTS(?:70021|700213|700211|700212|70025|700016|700024|90002)\b"),
    rule(*_TRUST, "federated|google cloud", r"failed to generate Google Cloud (?:federated|access|"
         r"auth)\b.{0,30}token|"
         r"federated token.{0,60}(?:invalid_target|unauthorized_client|invalid_grant|rejected)"),
    rule(*_TRUST, "iam.serviceaccounts.getaccesstoken",
         r"Permission '?iam\.serviceAccounts\.getAccessToken'? denied",
         also=("CIPermissionMissing",)),
    rule(*_TRUST, "sts:assumerole|sts:tagsession",
         r"not authorized to perform:? sts:(?:AssumeRole|TagSession)\b",
         also=("CIPermissionMissing",)),
    rule(*_TRUST, "impersonat", r"unable to impersonate|"
         r"unable to acquire impersonated credentials"),
    rule(*_REFUSED, "aadsts", r"AADSTS(?:7000215|7000222|7000112|50034|50126)\b"),
    rule(*_REFUSED, "security token", r"security token included in the request is (?:invalid|"
         r"expired)",
         also=("BuildLoginFailed",)),
    rule(*_REFUSED, "", r"\b(?:InvalidClientTokenId|UnrecognizedClientException|"
         r"SignatureDoesNotMatch|ExpiredTokenException)\b", also=("BuildLoginFailed",)),
    rule(*_SMALL, "getauthorizationtoken",
         r"not authorized to perform:? ecr(?:-public)?:GetAuthorizationToken",
         also=("BuildLoginFailed", "CITrustRejected")),
    # Registries' answers to a login, printed by docker, podman, buildah, skopeo, helm.
    rule(*_REFUSED, "unauthorized", r"unauthorized: (?:incorrect username or password|"
         r"your account must log in with a Personal Access Token|invalid username/password|"
         r"The client does not have permission|HTTP Basic: Access denied|bad credentials)",
         also=("BuildLoginFailed",), unless=r"initializing source docker://"),
    rule("BuildDockerfileFailed", Order.LOGIN, "initializing source",
         r"initializing source docker://\S+ .{0,160}(?:unauthorized|invalid username/password|"
         r"denied)",
         also=("BuildLoginFailed", "ImageAccessDenied")),
    rule(*_REFUSED, "unauthenticated", r"unauthenticated: User cannot be authenticated with the t"
         r"oken",
         also=("BuildLoginFailed", "BuildPushDenied")),
    rule(*_REFUSED, "http basic", r"HTTP Basic: Access denied", also=("BuildLoginFailed",)),
    rule(*_REFUSED, "/v2/|/v1/", r"Get \"?https://[^\s\"]{1,200}/v[12]/\"?: (?:denied(?:: denied)?|"
         r"unauthorized)\b",
         also=("BuildLoginFailed",), unless=r"The push refers to|blobs/|manifests/"),
    rule(*_REFUSED, "login attempt to", r"login attempt to \S+ failed with status: 40[13]",
         also=("BuildLoginFailed",)),
    rule(*_REFUSED, "logging into", r"logging into \"[^\"]{1,200}\":? .{0,40}(?:invalid|"
         r"unauthorized)",
         also=("BuildLoginFailed",)),
    rule(*_REFUSED, "authenticating creds",
         r"authenticating creds for \"[^\"]{1,200}\".{0,200}(?:unauthorized|invalid|denied)",
         also=("BuildLoginFailed",)),
    rule(*_REFUSED, "invalid username/password", r"invalid username/password", suspected=True,
         also=("BuildLoginFailed",), unless=r"initializing source docker://"),
    rule(*_FAILED, "login attempt to", r"login attempt to \S+ failed with status"),
    rule(*_FAILED, "no basic auth credentials", r"no basic auth credentials",
         also=("BuildPushDenied",)),
    rule(*_FAILED, "authorization token has expired", r"Your authorization token has expired",
         also=("CICredentialRejected", "BuildPushDenied")),
    rule(*_FAILED, "error getting credentials", r"error getting credentials - err",
         also=("RunnerToolMissing",)),
    rule(*_FAILED, "error saving credentials", r"error saving credentials:"),
    rule(*_FAILED, "fetch anonymous token",
         r"failed to fetch anonymous token: unexpected status.{0,300}: 40[13]",
         also=("BuildPushDenied", "BuildDockerfileFailed"), unless=_BASE_IMAGE),
    rule(*_FAILED, "fetch oauth token", r"failed to fetch oauth token: unexpected status.{0,300}"
         r": 40[13]",
         also=("CICredentialRejected", "BuildPushDenied"), unless=_BASE_IMAGE),
    rule(*_FAILED, "failed to fetch", r"failed to fetch (?:oauth|anonymous) token:?\s*$",
         suspected=True, also=("BuildPushDenied", "BuildDockerfileFailed"), unless=_BASE_IMAGE),
    rule(*_FAILED, "login failed", r"Az CLI Login failed|^(?:Error: )?Login failed with",
         also=("CICredentialRejected", "CISecretMissing")),
    rule(*_FAILED, "could not log", r"Could not log ?in\b", also=("CICredentialRejected",)),
    rule(*_FAILED, "docker login for", r"Docker login for '[^']{1,200}' failed",
         also=("CICredentialRejected",)),
    rule(*_MISSING, "docker login", r"docker login\"? requires (?:at most|exactly) \d",
         suspected=True, also=("BuildLoginFailed",)),
    # GitHub's own token and checkout.
    rule(*_SMALL, "not accessible by", r"Resource not accessible by (?:integration|"
         r"personal access token)"),
    rule(*_SMALL, "denied to", r"Permission to \S+ denied to \S+", also=("WorkflowFailed",)),
    rule(*_SMALL, "refusing to allow", r"refusing to allow an? .{0,60} to create or update workfl"
         r"ow"),
    rule(*_SMALL, "write access to repository not granted", r"Write access to repository not gran"
         r"ted"),
    rule(*_REFUSED, "bad credentials", r"\bBad credentials\b"),
    rule(*_MISSING, "could not read",
         r"could not read (?:Username|Password) for 'https?://", suspected=True,
         also=("CICredentialRejected", "BuildLoginFailed")),
    rule(*_REFUSED, "authentication failed for", r"fatal: Authentication failed for",
         suspected=True),
    rule(*_REFUSED, "permission denied (publickey", r"Permission denied \(publickey",
         suspected=True,
         also=("CISecretMissing",)),
    # Package registries inside a build.
    rule(*_REFUSED, "npm err|npm error",
         r"npm (?:ERR!|error) code (?:E401|ENEEDAUTH)", suspected=True,
         also=("CISecretMissing", "BuildDockerfileFailed")),
)  # fmt: skip
