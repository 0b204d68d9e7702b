# ruff: noqa: E501 (lines of logs are quoted whole)
from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ci.logs import Certainty, LogFinding, classify_log, read_log
from bot.ci.logs.reader import RULES

CASES = {
    "CISecretMissing": [
        "##[error]Username and password required",
        "Error: Password required",
        "Error: Cannot perform an interactive login from a non TTY device",
        "Error: Input required and not supplied: registry-password",
        "Error: google-github-actions/auth failed with: the GitHub Action workflow must specify exactly "
        'one of "workload_identity_provider" or "credentials_json"! If you are specifying input values',
        "Secret `QUAY_ROBOT` is required, but not provided while calling.",
        "Error: Credentials could not be loaded, please check your action inputs: Could not load "
        "credentials from any providers",
        "deploy.sh: line 4: REGISTRY_USERNAME: unbound variable",
        "Error: QUAY_TOKEN is not set",
        '"docker login" requires at most 1 argument.',
        "fatal: could not read Username for 'https://git.acme.dev': terminal prompts disabled",
    ],
    "CICredentialRejected": [
        'Error response from daemon: Get "https://quay.io/v2/": unauthorized: Invalid Username or Password',
        "Error response from daemon: login attempt to https://harbor.acme.dev/v2/ failed with status: "
        "401 Unauthorized",
        'Error: logging into "quay.io": invalid username/password',
        'Error response from daemon: Get "https://ghcr.io/v2/": denied: denied',
        "An error occurred (UnrecognizedClientException) when calling the GetAuthorizationToken operation",
        "Error: The security token included in the request is invalid.",
        "AADSTS7000222: The provided client secret keys for app 'x' are expired.",
        "remote: HTTP Basic: Access denied. The provided password or token is incorrect",
        "HttpError: Bad credentials",
    ],
    "CITrustRejected": [
        "Error: Could not assume role with OIDC: No OpenIDConnect provider found in your account",
        "AADSTS700213: No matching federated identity record found for presented assertion subject",
        "Error: Failed to generate Google Cloud access token for bot@p.iam.gserviceaccount.com: {",
        "failed to generate Google Cloud federated token for projects/1/x: "
        '{"error":"unauthorized_client"}',
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    ],
    "CIPermissionMissing": [
        "ERROR: failed to push ghcr.io/acme/web:1: denied: permission_denied: write_package",
        "denied: installation not allowed to Create organization package",
        "RequestError [HttpError]: Resource not accessible by integration",
        "remote: Permission to acme/web.git denied to github-actions[bot].",
        "Error: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable",
        "unauthorized: access token has insufficient scopes",
        "is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no policy allows it",
    ],
    "BuildLoginFailed": [
        "failed to fetch oauth token: unexpected status from GET request to https://auth.q.io/token?scope=x: 401 Unauthorized",
        "Error: Az CLI Login failed. Please check the credentials and make sure az is installed",
        "The push refers to repository [1.dkr.ecr.eu-west-1.amazonaws.com/web]\nno basic auth credentials",
        "denied: Your authorization token has expired. Reauthenticate and try again.",
        "Error response from daemon: login attempt to https://r.acme.dev/v2/ failed with status: 404 Not Found",
    ],
    "BuildPushDenied": [
        "error: failed to solve: authorization status: 401: authorization failed",
        "failed to solve: rpc error: code = Unknown desc = unexpected status: 403 Forbidden",
        "The push refers to repository [docker.io/acme/web]\ndenied: requested access to the resource is denied",
        "ERROR: failed to push acme/web:1: push access denied, repository does not exist or may require "
        "authorization: server message: insufficient_scope: authorization failed",
        'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/p"',
        "unauthorized to access repository: lib/web, action: push: unauthorized to access repository",
        "error=ko: failed to publish artifacts: publish: GET https://git.acme.dev/v2/token?scope=repository%3Aops%2Fweb%3Apush%2Cpull&service=container_registry: UNAUTHORIZED: ",
        "error publishing acme.dev/web: POST https://registry.acme.dev/v2/ops/web/blobs/uploads/: UNAUTHORIZED: authentication required",
        "error checking push permissions -- make sure you entered the correct tag name",
        'ERROR: failed to solve: failed to do request: Head "https://r.acme.dev/v2/web/blobs/x": unauthorized',
        "is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu:1:repository/web",
        "Pushing quay.io/acme/web\nunauthorized: access to the requested resource is not authorized",
        "error parsing HTTP 413 response body: 413 Request Entity Too Large",
        "[ERROR] Failed to execute goal jib-maven-plugin:3.4.4:build: Build image failed, perhaps you should "
        "make sure your credentials for 'r.acme.dev/web' are set up correctly: Unauthorized for r.acme.dev/web",
        'level=error msg="Failed to push to destination r.acme.dev:5000/web:1"',
        "ERROR: failed to solve: failed to push acme:",
    ],
    "BuildTargetMissing": [
        "name unknown: The repository with name 'web' does not exist in the registry with id '1'",
        'name unknown: Repository "web" not found',
        "failed to push 1.dkr.ecr.eu.amazonaws.com/web:1: unexpected status from POST request to "
        "https://1.dkr.ecr.eu.amazonaws.com/v2/web/blobs/uploads/: 404 Not Found",
    ],
    "BuildTagImmutable": [
        "tag invalid: The image tag '1.2' already exists in the 'web' repository and cannot be overwritten "
        "because the tag is immutable.",
        "denied: Failed to process request: artifact: lib/web:1 configured as immutable",
    ],
    "BuildReferenceInvalid": [
        'ERROR: failed to build: invalid tag "ghcr.io/Acme/web:1": repository name must be lowercase',
        'invalid argument "quay.io/acme/web:" for "-t, --tag" flag: invalid reference format',
        'could not parse reference: ghcr.io/Acme/web',
        "ERROR: failed to build: tag is needed when pushing to registry",
        '"docker push" requires exactly 1 argument.',
    ],
    "BuildDockerfileFailed": [
        'ERROR: failed to solve: process "/bin/sh -c yarn build" did not complete successfully: exit code: 1',
        "ERROR: failed to solve: failed to read dockerfile: open Dockerfile.prod: no such file or directory",
        "ERROR: failed to solve: dockerfile parse error on line 7: unknown instruction: RUNN",
        'ERROR: failed to compute cache key: "/go.sum": not found',
        "ADD failed: file not found in build context or excluded by .dockerignore: stat app.jar",
        'ERROR: failed to solve: target stage "release" could not be found',
        "ERROR: failed to solve: python:3.99: docker.io/library/python:3.99: not found",
        "manifest for node:99 not found: manifest unknown",
        "exec /bin/sh: exec format error",
        "E: Unable to locate package libfoo-dev",
        "no matching manifest for linux/arm64/v8 in the manifest list entries",
        "ERROR: failed to solve: failed to process \"$X}\": unexpected token",
        "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
    ],
    "BuildTestsFailed": [
        "=========== 2 failed, 31 passed in 4.20s ===========",
        "FAILED tests/test_web.py::test_index - AssertionError",
        "--- FAIL: TestIndex (0.00s)",
        "Tests:       1 failed, 12 passed, 13 total",
        "  3 failing",
        "[ERROR] Tests run: 14, Failures: 2, Errors: 0, Skipped: 0",
        "There were failing tests. See the report at: file:///x",
        "test result: FAILED. 3 passed; 1 failed; 0 ignored",
        "//web:index_test    FAILED in 2.0s",
        "Executed 4 out of 4 tests: 3 tests pass and 1 fails locally.",
        "  2 failed\n    web/login.spec.ts:5:1 › login",
        "12 examples, 1 failure",
        'process "/bin/sh -c pytest -q" did not complete successfully: exit code: 1',
    ],
    "BuildDiskFull": [
        "tar: write error: No space left on device",
        "E: You don't have enough free space in /var/cache/apt/archives/.",
        "npm ERR! code ENOSPC",
        "System.IO.IOException: There is not enough space on the disk.",
    ],
    "BuildOutOfMemory": [
        "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory",
        "error: could not compile `web` (signal: 9, SIGKILL: kill)",
        'process "/bin/sh -c make" did not complete successfully: exit code: 137',
        "java.lang.OutOfMemoryError: Java heap space",
        "Gradle build daemon disappeared unexpectedly (it may have been killed or may have crashed)",
        "collect2: fatal error: ld terminated with signal 9 [Killed]",
        "terminate called after throwing an instance of 'std::bad_alloc'",
    ],
    "BuildRateLimited": [
        "ERROR: toomanyrequests: Data limit exceeded",
        "Error: API rate limit exceeded for installation ID 12.",
        "You have exceeded a secondary rate limit.",
        "npm ERR! 429 Too Many Requests - GET https://registry.example.org/left-pad",
    ],
    "BuildNetworkFailed": [
        "error Error: https://registry.yarnpkg.com/x/-/x-1.tgz: ESOCKETTIMEDOUT",
        "failed to solve: failed to copy: cannot reuse body, request must be retried",
        "#8 1.0 WARNING: Retrying (Retry(total=0, read=None)) after connection broken by "
        "'ReadTimeoutError(\"HTTPSConnectionPool(host='files.acme.dev', port=443): Read timed out.\")': /x/",
        'failed to do request: Head "https://quay.io/v2/acme/base/manifests/1": dial tcp: lookup quay.io: no such host',
        "read tcp 10.0.0.2:1->1.2.3.4:443: read: connection reset by peer",
        "net/http: request canceled while waiting for connection (Client.Timeout exceeded)",
        "x509: certificate signed by unknown authority",
        "http: server gave HTTP response to HTTPS client",
        "failed to push q.io/a/b:1: failed to copy: io: read/write on closed pipe",
        "curl: (6) Could not resolve host: files.acme.dev",
        "npm ERR! code ETIMEDOUT",
        "fatal: unable to access 'https://git.acme.dev/x/': Failed to connect to git.acme.dev port 443",
        "received unexpected HTTP status: 503 Service Unavailable",
        'failed to push quay.io/a/b:1: unexpected status from PUT request to https://quay.io/v2/: 500 Internal Server Error',
        "WARNING: fetching https://dl.acme.dev/x: temporary error (try again later)",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.acme.dev')",
        "Could not transfer artifact a:b:pom:1 from/to central: Connection reset",
    ],
    "RunnerLost": [
        "The hosted runner lost communication with the server. Anything in your workflow that ...",
        "The runner has received a shutdown signal. This can happen when the runner service is stopped",
        "The hosted runner encountered an error while running your job. (Error Type: Disconnect).",
    ],
    "RunnerToolMissing": [
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "Error: Docker buildx is required. See https://github.com/docker/setup-buildx-action",
        "/app/run.sh: line 2: docker: command not found",
        "Error: Unable to locate executable file: podman. Please verify either the file path exists",
        "ERROR: Multi-platform build is not supported for the docker driver.",
        "permission denied while trying to connect to the Docker daemon socket",
    ],
    "RunnerNoneOnline": [
        "Can't find any online and idle self-hosted runner in the current repository that matches: 'gpu'",
        "The job has exceeded the maximum execution time while awaiting a runner for 24h0m0s",
    ],
    "RunnerLabelMismatch": ["No runner matching the specified labels was found: gpu, large"],
    "RunnerPodFailing": [
        'EphemeralRunnerSet\tEphemeral runner counts\t{"pending": 0, "running": 0, "failed": 2}',
        "Runner listener exited with error code 1",
        "Runner failed to register itself for the set",
        "Registration 1c3e0b52-0000-4aaa-8bbb-1234567890ab was not found.",
        'EphemeralRunner\tEphemeral runner container failed\t{"exitCode": 1}',
        "Pod has failed to start more than 5 times: ",
        "Error: Executing the custom container implementation failed. Please contact your self hosted runner",
    ],
    "RunnerScaleSetDown": [
        "failed to get runner registration token (401 Unauthorized)",
        'no runner group found with name "builders"',
    ],
    "WorkflowQueued": ["Waiting for a runner to pick up this job..."],
    "WorkflowStartupFailure": [
        "Invalid workflow file: .github/workflows/ship.yml#L3",
        "The workflow is not valid. .github/workflows/ship.yml (Line: 9, Col: 5): Unexpected value 'step'",
        "The action acme/push@v1 is not allowed in acme/web because all actions must be pinned",
    ],
    "ActionsBillingBlocked": [
        "The job was not started because your account is locked due to a billing issue.",
    ],
    "ActionsDisabled": ["GitHub Actions is currently disabled for this repository."],
    "WorkflowAwaitingApproval": [
        'Branch "next" is not allowed to deploy to production due to environment protection rules.',
    ],
    "WorkflowTimedOut": [
        "The job running on runner big-1 has exceeded the maximum execution time of 360 minutes.",
        "The action 'Build' has timed out after 30 minutes.",
    ],
    "WorkflowCancelled": [
        "Canceling since a higher priority waiting request for 'ship-main' exists",
        "The operation was canceled.",
    ],
    "WorkflowPushSkipped": [
        "Successfully built 0123456789ab\nPushing image []",
        "WARNING: No output specified with docker-container driver. Build result will only remain in the build cache.",
    ],
    "WorkflowFailed": [
        "  ERROR: mkdir /home/runner/.docker/buildx: read-only file system",
        'time="2030-01-01T00:00:00Z" level=error msg="no such thing"',
        "Upload failed on attempt #3",
        "Unable to resolve action `acme/push@v9`, unable to find version `v9`",
        "Process completed with exit code 2.",
        "make: *** [image] Error 2",
        "ERROR: failed to solve: failed to push by digest while tags were named",
        "Error: This request has been automatically failed because it uses a deprecated version of `actions/cache: v1`",
    ],
    "Healthy": [
        "ERROR: importing cache manifest from quay.io/acme/web:cache",
        "WARNING! Your password will be stored unencrypted in /home/runner/.docker/config.json.",
        "npm warn deprecated inflight@1.0.6: This module leaks memory",
        "--- PASS: TestConnectionRefused (0.00s)\nok  \tacme.dev/web\t0.1s",
        "30 passed, 0 failed in 3.1s",
        "Tests run: 9, Failures: 0, Errors: 0, Skipped: 1",
        "Compiling error-chain v0.12\nFinished release",
        "#7 importing cache manifest from q.io/a/b:cache\n#7 ERROR: q.io/a/b:cache: not found\n#8 DONE 0.1s",
        'level=warning msg="Failed, retrying in 1s: 503 Service Unavailable"\nWriting manifest to image destination',
        "npm ERR! code ECONNRESET\nadded 3 packages\nTests: 12 passed, 12 total",
        "Unable to find image 'postgres:16' locally\n16: Pulling from library/postgres",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in CASES.items() for text in texts]
)
def test_each_sentence_gives_its_code_and_is_quoted(code: str, text: str) -> None:
    findings = read_log(text.split("\n"))
    assert findings[0].code == code
    if code not in {"Healthy"}:
        assert findings[0].lines
        assert all(line in text for line in findings[0].lines)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Waiting for a runner to pick up this job...\nJob is about to start running on the runner: a\n"
            "The self-hosted runner: a lost communication with the server.",
            "RunnerLost",
        ),
        (
            "The runner has received a shutdown signal.\nProcess completed with exit code 137.\n"
            "The operation was canceled.",
            "RunnerLost",
        ),
        (
            "ERROR: failed to push q.io/a/b:1: write /tmp/x: no space left on device\nError: buildx failed",
            "BuildDiskFull",
        ),
        (
            "toomanyrequests: rate\nERROR: failed to solve: alpine: failed to resolve source metadata for x",
            "BuildRateLimited",
        ),
        (
            "Error response from daemon: Get \"https://quay.io/v2/\": unauthorized: incorrect username or "
            "password\nLogin Succeeded!\nProcess completed with exit code 1.",
            "CICredentialRejected",
        ),
        ("WARN: x\ncurl: (28) timed out\nlatest: digest: sha256:" + "a" * 64 + " size: 1", "Healthy"),
        (
            "error: connection reset by peer\nJob build completed with result: Succeeded",
            "Healthy",
        ),
        ("denied: denied\nThe push refers to repository [ghcr.io/a/b]", "BuildPushDenied"),
        ("#9 pulling from library/x\nunauthorized: authentication required\nPulling fs layer",
         "BuildDockerfileFailed"),
    ],
)  # fmt: skip
def test_the_line_that_explains_the_others_comes_first(text: str, code: str) -> None:
    assert classify_log(text)[0][0] == code


def test_a_finding_names_values_and_masks_secrets() -> None:
    text = (
        "2027-01-02T03:04:05.1234567Z \x1b[36mRun docker/build-push-action@v6\x1b[0m\n"
        "2027-01-02T03:04:06.1234567Z #9 [linux/arm64 build 3/4] RUN npm run build\n"
        "2027-01-02T03:04:07.1234567Z #9 1.2 Error: token ghp_" + "a" * 36 + " is wrong\n"
        '2027-01-02T03:04:08.1234567Z ##[error]buildx failed with: ERROR: process "/bin/sh -c npm run '
        'build" did not complete successfully: exit code: 7\n'
    )
    assert read_log(text.split("\n"))[0] == LogFinding(
        code="BuildDockerfileFailed",
        certainty=Certainty.CONFIRMED,
        lines=(
            "#9 [linux/arm64 build 3/4] RUN npm run build",
            "#9 1.2 Error: token *** is wrong",
            'buildx failed with: ERROR: process "/bin/sh -c npm run build" did not complete successfully: '
            "exit code: 7",
        ),
        values=(
            ("command", "npm run build"),
            ("platform", "linux/arm64"),
            ("command", "/bin/sh -c npm run build"),
            ("exit code", "7"),
            ("step", "docker/build-push-action@v6"),
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        "FAILED tests/test_web.py::test_index - AssertionError",
        "FAIL src/Index.test.js",
        "--- FAIL: TestIndex (0.00s)",
        "test tests::index ... FAILED",
        "IndexTest > shows() FAILED",
        "not ok 2 index",
        "  1) test index (IndexTest)",
        "//web:index_test   FAILED in 1.2s",
        "\t  3 - index_test (Failed)",
    ],
)
def test_the_test_that_failed_is_named_beside_the_count(line: str) -> None:
    for text in (f"{line}\nTests:  1 failed, 3 passed", f"2 tests, 1 failure\n{line}"):
        assert line.strip() in read_log(text.split("\n"))[0].lines


def test_the_last_output_of_a_step_is_quoted_when_no_line_speaks_of_trouble() -> None:
    text = (
        "#4 0.9 downloading\n#4 1.2 module asks for version 9\n"
        '#4 ERROR: process "/bin/sh -c get it" did not complete successfully: exit code: 1'
    )
    assert "#4 1.2 module asks for version 9" in read_log(text.split("\n"))[0].lines


def test_the_line_after_a_colon_belongs_to_it() -> None:
    text = 'ERROR: failed to solve: failed to compute cache key:\n"/web.lock": not found'
    assert read_log(text.split("\n"))[0].lines == tuple(text.split("\n"))


def _alternatives(pattern: str) -> list[str]:
    """The top-level alternatives of a pattern; enough of a parser for our tables."""
    found, depth, current, at = [], 0, "", 0
    while at < len(pattern):
        taken = pattern[at]
        if taken == "\\":
            taken = pattern[at : at + 2]
        elif taken == "[":
            taken = pattern[at : pattern.index("]", at + 2) + 1]
        depth += (taken == "(") - (taken == ")")
        if taken == "|" and depth == 0:
            found.append(current)
            current = ""
        else:
            current += taken
        at += len(taken)
    return [*found, current]


def test_each_alternative_of_a_pattern_holds_a_hint() -> None:
    """An alternative without one would never be searched for."""
    for rule in RULES:
        for alternative in _alternatives(rule.pattern.pattern):
            plain = re.sub(r"\\([^bsSdw])", r"\1", alternative).lower().replace("?", "")
            if "(?:" not in alternative:
                assert any(hint in plain for hint in rule.hints), (rule.hints, alternative)


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_log_gives_findings(lines: list[str]) -> None:
    findings = read_log(lines)
    assert findings
    assert len({finding.code for finding in findings}) == len(findings)


@pytest.mark.parametrize(
    "line", ["A_" * 2000, "denied: " * 500, "FAILED " * 600, " " * 9000, "https://a/v2/" * 300]
)
def test_a_hostile_log_is_read_in_time(line: str) -> None:
    findings = read_log([line] * 100)
    assert all(len(finding.lines) <= 4 for finding in findings)


def test_patterns_bound_every_repetition_that_could_multiply() -> None:
    nested = re.compile(r"\([^()]*[+*]\)[+*]")
    assert not [rule.pattern.pattern for rule in RULES if nested.search(rule.pattern.pattern)]
