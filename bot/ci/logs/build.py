"""Building and testing: buildkit, the classic builder, buildah, kaniko, and test programs.

buildkit's sentences: https://github.com/moby/buildkit (solver/llbsolver/ops/exec.go,
frontend/dockerfile/parser, frontend/dockerfile/dockerfile2llb, client/llb/imagemetaresolver).
"""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_BUILD = ("BuildDockerfileFailed", Order.BUILD)
_TESTS = ("BuildTestsFailed", Order.TESTS)
_TESTER = (
    r"(?:go test|go vet|pytest|py\.test|tox\b|nox\b|unittest|npm (?:run )?(?:test|t\b)|"
    r"yarn (?:run )?test|"
    r"pnpm (?:run )?test|jest|vitest|mocha|mvnw? [^\"]{0,60}\btest|gradlew? [^\"]{0,60}\b(?:test|"
    r"check)\b|"
    r"cargo (?:nextest|test)|make [^\"]{0,40}\btest|setup\.py test|rspec|rake (?:test|spec)|"
    r"phpunit|"
    r"ctest|dotnet test|mix test|composer test|bats\b|bazel test|sbt test)"
)
_ALSO = ("BuildDockerfileFailed", "WorkflowFailed")
_SOLVED = ("ImageTagMissing", "WorkflowFailed")

RULES = (
    # Test programs, in the words with which each ends.
    rule(*_TESTS, "did not complete successfully",
         rf"process \"[^\"]{{0,400}}?{_TESTER}[^\"]{{0,800}}\" did not complete successfully",
         also=_ALSO),
    rule(*_TESTS, "exit code",
         rf"executor failed running \[[^\]]{{0,400}}?{_TESTER}.{{0,800}}exit code", also=_ALSO),
    rule(*_TESTS, "non-zero code",
         rf"command '?\[?[^']{{0,400}}?{_TESTER}[^']{{0,800}}returned a non-zero code", also=_ALSO),
    rule(*_TESTS, "--- fail", r"--- FAIL: \S+", also=_ALSO),
    rule(*_TESTS, "fail", r"^(?:#?\d+ )?(?:[\d.]+ )?FAIL\t\S+|"
         r"^(?:#?\d+ )?(?:[\d.]+ )?FAIL\s{2,}\S+\s+[\d.]+s", also=_ALSO),
    rule(*_TESTS, "failed ", r"^(?:#?\d+ )?(?:[\d.]+ )?FAILED \S+::\S+", also=_ALSO),
    rule(*_TESTS, "failed", r"={3,} .{0,60}\b[1-9]\d* (?:failed|errors?)\b.{0,80} in [\d.]+",
         also=_ALSO),
    rule(*_TESTS, "failed (", r"^(?:#?\d+ )?(?:[\d.]+ )?FAILED \((?:failures|errors)=\d+",
         also=_ALSO),
    rule(*_TESTS, "test", r"\bTest Suites:\s+[1-9]\d* failed|^\s*Tests:?\s+[1-9]\d* failed|"
         r"^\s*Test Files\s+[1-9]\d* failed", also=_ALSO),
    rule(*_TESTS, "failing", r"^(?:#?\d+ )?(?:[\d.]+ )?\s*[1-9]\d* failing\s*$", also=_ALSO),
    rule(*_TESTS, "tests run",
         r"Tests run: \d+, (?:Failures: [1-9]|Failures: 0, Errors: [1-9])", also=_ALSO),
    rule(*_TESTS, "test failures", r"There are test failures", also=_ALSO),
    rule(*_TESTS, "failing tests", r"There were failing tests", also=_ALSO),
    rule(*_TESTS, "> task", r"> Task :\S*[tT]est\w* FAILED", also=_ALSO),
    rule(*_TESTS, "test result", r"test result: FAILED", also=_ALSO),
    rule(*_TESTS, "failure|error", r"\b\d+ (?:examples?|tests?|runs?|"
         r"specs?)\b.{0,40}, [1-9]\d* (?:failures?|errors?)\b",
         also=_ALSO),
    rule(*_TESTS, "failed", r"^\s*[1-9]\d* failed\s*$|✖\s+[1-9]\d* of \d+ failed|"
         r"^//\S+\s+(?:FAILED|TIMEOUT) in [\d.]+s", also=_ALSO),
    rule(*_TESTS, "locally", r"\b[1-9]\d* fails? (?:locally|remotely)", also=_ALSO),
    rule(*_TESTS, "failures!", r"^(?:#?\d+ )?(?:[\d.]+ )?FAILURES!", also=_ALSO),
    rule(*_TESTS, "failed!", r"Failed!\s+- Failed:\s+[1-9]", also=_ALSO),
    rule(*_TESTS, "tests failed|test failed", r"\b[1-9]\d* tests? failed\b|"
         r"% tests passed, [1-9]\d* tests failed", also=_ALSO),
    rule(*_TESTS, "test failed", r"npm ERR! Test failed|error: Test failed", also=_ALSO),
    rule(*_TESTS, "no test specified", r"Error: no test specified", also=_ALSO),
    rule(*_TESTS, "coverage", r"Coverage failure: |coverage threshold for .{0,40}not met",
         also=_ALSO),
    # Emulation of another processor.
    rule(*_BUILD, "qemu", r"qemu: uncaught target signal \d+",
         also=("WorkflowTimedOut", "WorkflowFailed")),
    rule(*_BUILD, "exec format error", r"exec format error",
         also=("ImagePlatformMismatch", "WorkflowFailed")),
    # The file itself.
    rule(*_BUILD, "dockerfile parse error", r"dockerfile parse error"),
    rule(*_BUILD, "unknown instruction", r"unknown instruction: \S+"),
    rule(*_BUILD, "read dockerfile|prepare context|specified dockerfile",
         r"failed to read dockerfile|unable to prepare context|"
         r"Cannot locate specified Dockerfile", also=("WorkflowFailed",)),
    rule(*_BUILD, "dockerfile", r"unable to evaluate symlinks in Dockerfile path|"
         r"no such file.{0,40}Dockerfile|"
         r"Dockerfile.{0,60}no such file"),
    rule(*_BUILD, "target stage", r"target stage \"?[^\"]{1,100}\"? could not be found"),
    rule(*_BUILD, "base name", r"base name \(.{0,100}\) should not be blank"),
    rule(*_BUILD, "circular dependency", r"circular dependency detected on stage"),
    rule(*_BUILD, "syntax error", r"failed to solve: .{0,80}(?:syntax error|failed to process)"),
    # Files to copy.
    rule(*_BUILD, "cache key|calculate checksum",
         r"failed to compute cache key|failed to calculate checksum"),
    rule(*_BUILD, "failed|copier: |copy", r"\b(?:COPY|ADD) failed: |copier: stat: |"
         r"no such file or directory.{0,20}\bCOPY\b"),
    rule(*_BUILD, "building at step|building image",
         r"error building at STEP|error building image: ",
         also=("WorkflowFailed",)),
    # Base images.
    rule(*_BUILD, "no match", r"no match for platform in manifest|no matching manifest for",
         also=("ImagePlatformMismatch", "WorkflowFailed")),
    rule(*_BUILD, "source metadata", r"failed to resolve source metadata for \S+", also=_SOLVED),
    rule(*_BUILD, "not found|manifest unknown", r"(?:ERROR:|failed to solve:|"
         r"manifest for) .{0,300}\S+:\S+.{0,60}: not found|"
         r"manifest for \S+ not found|manifest unknown", also=_SOLVED),
    rule(*_BUILD, "creating build container", r"creating build container",
         also=("ImageAccessDenied",)),
    # Commands that fail in a RUN.
    rule(*_BUILD, "did not complete successfully", r"did not complete successfully: (?:exit code|"
         r"signal|cannot)"),
    rule(*_BUILD, "executor failed running", r"executor failed running \["),
    rule(*_BUILD, "non-zero code", r"returned a non-zero code"),
    rule(*_BUILD, "executor process", r"executor process running .{0,200}: exit code"),
    rule(*_BUILD, "exited with", r"ERROR: \S+: (?:trigger|script) exited with error|"
         r"\.(?:trigger|post-install|pre-install): exited with error"),
    rule(*_BUILD, "building:|subprocess exited|while running runtime",
         r"subprocess exited with status|error building: |"
         r"while running runtime"),
    rule(*_BUILD, "unable to", r"^(?:#?\d+ )?(?:[\d.]+ )?E: (?:Unable to (?:locate package|"
         r"fetch some archives)|"
         r"Package '.{1,80}' has no installation candidate)", suspected=True,
         also=("WorkflowFailed",)),
    rule(*_BUILD, "unable to select packages", r"ERROR: unable to select packages", suspected=True),
    rule(*_BUILD, "failed to solve", r"failed to solve", suspected=True, also=("WorkflowFailed",)),
    rule(*_BUILD, "failed to build", r"(?:Service '\S+'|ERROR:) failed to build", suspected=True,
         also=("WorkflowFailed",)),
    rule(*_BUILD, "buildx", r"buildx(?: bake| call)? failed with: ", suspected=True,
         also=("WorkflowFailed",)),
    rule(*_BUILD, "exited with code", r"(?:buildah|img|kaniko) exited with code", suspected=True),
    # What fails while pushing, and names nothing that was refused, is no fault of the Dockerfile.
    rule("WorkflowFailed", Order.NETWORK, "failed to push",
         r"failed to solve: failed to push (?!\S{1,300}:)"),
    # An export of the build cache that fails ends the build, unless told to ignore it.
    rule("WorkflowFailed", Order.NETWORK, "blob", r"error writing (?:layer|manifest|config) blob|"
         r"failed to solve: blob (?:sha256:\w{1,64} )?not found", also=("BuildNetworkFailed",)),
    # Green, but nothing left the machine.
    rule("WorkflowPushSkipped", Order.NOTHING_PUSHED, "no output specified",
         r"No output specified (?:with|for) .{0,60}(?:driver|target)"),
    rule("WorkflowPushSkipped", Order.NOTHING_PUSHED, "pushing image []", r"Pushing image \[\]"),
    rule("BuildReferenceInvalid", Order.NOTHING_PUSHED, "no docker",
         r"No Docker (?:image version|tag) has been generated", suspected=True),
    rule("WorkflowPushSkipped", Order.NOTHING_PUSHED, "only remain in the build cache",
         r"will only remain in the build cache"),
)  # fmt: skip
