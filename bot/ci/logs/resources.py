"""Disk, memory and rate limits: what kernels, runtimes, compilers and registries print."""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_DISK = ("BuildDiskFull", Order.DISK)
_MEMORY = ("BuildOutOfMemory", Order.MEMORY)
_RATE = ("BuildRateLimited", Order.RATE_LIMIT)
_CANCELLED = r"operation was canceled|received a shutdown signal|Canceling since"
_ALSO = ("BuildDockerfileFailed", "WorkflowFailed")

RULES = (
    rule(*_DISK, "no space left", r"no space left on (?:the )?device|: no space left\b"),
    rule(*_DISK, "enospc", r"\bENOSPC\b", unless=r"file watchers"),
    rule(*_DISK, "not enough space on the disk", r"not enough space on the disk"),
    rule(*_DISK, "enough free space", r"(?:don't have|not) enough free space in \S+|"
         r"not enough free space"),
    rule(*_DISK, "disk quota exceeded", r"disk quota exceeded"),
    rule(*_DISK, "errno 28|os error 28", r"\[Errno 28\]|os error 28\)"),
    rule(*_DISK, "at least", r"needs? (?:at least )?[\d.,]+ ?[KMG]?i?B? (?:more space )?on the "
         r"\S+ filesystem"),
    rule(*_DISK, "running out of disk space", r"You are running out of disk space", suspected=True,
         also=("WorkflowFailed",), needs=r"exit code|##\[error\]|failed|lost communication"),
    rule(*_MEMORY, "heap", r"JavaScript heap out of memory|Reached heap limit", also=_ALSO),
    rule(*_MEMORY, "outofmemoryerror", r"java\.lang\.OutOfMemoryError|OutOfMemoryError:",
         also=_ALSO),
    rule(*_MEMORY, "oomkilled|oom-kill|out of memory: kill",
         r"\bOOMKilled\b|oom-kill|Out of memory: Kill", also=_ALSO),
    rule(*_MEMORY, "allocate memory", r"cannot allocate memory", also=_ALSO),
    rule(*_MEMORY, "bad_alloc", r"std::bad_alloc", also=_ALSO),
    rule(*_MEMORY, "out of memory|memory exhausted",
         r"runtime: out of memory|LLVM ERROR: out of memory|"
         r"\bran out of memory\b|virtual memory exhausted|fatal error: out of memory|"
         r"Node.js process ran out of memory|error: out of memory|Out of memory allocating",
         also=_ALSO),
    rule(*_MEMORY, "memoryerror", r"^(?:\S+ )?MemoryError\b|numpy\.\S*MemoryError", also=_ALSO),
    rule(*_MEMORY, "kill", r"(?:Killed \(program|fatal error: Killed signal|signal: killed|"
         r"terminated with signal 9|signal: 9, SIGKILL|SIGKILL: kill)", also=_ALSO,
         unless=_CANCELLED),
    rule(*_MEMORY, "killed", r"(?:line \d+:\s+\d+ Killed\b|(?:^|\s)Killed\s*$)",
         suspected=True,
         also=_ALSO, unless=_CANCELLED),
    rule(*_MEMORY, "disappeared", r"Gradle build daemon disappeared unexpectedly",
         suspected=True, also=_ALSO),
    rule(*_MEMORY, "exited too early", r"process exited too early.{0,120}memory",
         suspected=True, also=_ALSO),
    rule(*_MEMORY, "137", r"\b(?:exit(?:ed)?(?: with)?(?: error)? (?:code|status):?|"
         r"returned a non-zero code:|"
         r"exit status|code) 137\b", suspected=True,
         also=("WorkflowFailed", "BuildDockerfileFailed"), unless=_CANCELLED),
    rule(*_MEMORY, "rpc error",
         r"rpc error: code = Unavailable desc = (?:error reading from server: EOF|"
         r"closing transport)", suspected=True, also=("BuildNetworkFailed", "WorkflowFailed")),
    # Registries and APIs that ask to come back later.
    rule(*_RATE, "toomanyrequests", r"toomanyrequests"),
    rule(*_RATE, "rate limit", r"(?:pull|API|secondary) rate limit|rate limit (?:exceeded|reached)|"
         r"exceeded .{0,30}rate limit", unless=r"rate limit remaining"),
    rule(*_RATE, "too many requests", r"429 \(?Too Many Requests|: Too Many Requests"),
    rule(*_RATE, "429", r"(?:status(?: code)?:?|HTTP(?:/[\d.]+)?|returned error:|error) 429\b"),
    rule(*_RATE, "rate exceeded", r"(?:Throttling\w*|toomanyrequests).{0,60}Rate exceeded"),
    rule("BuildDockerfileFailed", Order.BUILD, "unauthorized: authentication required",
         r"unauthorized: authentication required", suspected=True,
         also=("BuildRateLimited", "ImageAccessDenied"),
         needs=r"Pulling fs layer|: Pulling from|^FROM|Step \d"),
)  # fmt: skip
