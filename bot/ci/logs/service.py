"""GitHub's own words: files it refuses, policies, bills, approvals, time limits, cancellations."""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_REFUSED = ("WorkflowStartupFailure", Order.REFUSED)
_BILL = ("ActionsBillingBlocked", Order.REFUSED)
_TIME = ("WorkflowTimedOut", Order.TIMEOUT)
_STOPPED = ("WorkflowCancelled", Order.CANCELLED)
_WAITING = ("WorkflowAwaitingApproval", Order.REFUSED)
_FAILED = ("WorkflowFailed", Order.GENERIC)

RULES = (
    rule(*_BILL, "payments", r"recent account payments have failed", also=("WorkflowFailed",)),
    rule(*_BILL, "spending limit", r"spending limit needs to be increased",
         also=("WorkflowFailed",)),
    rule(*_BILL, "billing|not started because", r"account is locked due to a billing issue|"
         r"job was not started because your account",
         also=("WorkflowFailed",)),
    rule(*_BILL, "minutes", r"(?:used|exceeded|run out of).{0,40}(?:included|free|"
         r"Actions) minutes"),
    rule("ActionsDisabled", Order.REFUSED, "actions", r"GitHub Actions (?:is|has been|"
         r"are) (?:currently )?disabled"),
    rule(*_REFUSED, "invalid workflow file", r"Invalid workflow file",
         also=("CIPermissionMissing",)),
    rule(*_REFUSED, "workflow is not valid", r"The workflow is not valid",
         also=("CIPermissionMissing",)),
    rule(*_REFUSED, "workflow file issue", r"failed because of a workflow file issue"),
    rule(*_REFUSED, "yaml syntax", r"You have an error in your yaml syntax"),
    rule(*_REFUSED, "unrecognized ", r"Unrecognized (?:named-value|function): '"),
    rule(*_REFUSED, "called workflow", r"error parsing called workflow"),
    rule(*_REFUSED, "line:", r"\(Line: \d+, Col: \d+\): "),
    rule(*_REFUSED, "only allowed", r"is requesting '[^']{1,80}', but is only allowed",
         also=("CIPermissionMissing",)),
    rule(*_REFUSED, "is required, but not provided", r"Input \S+ is required, but not provided wh"
         r"ile calling"),
    rule(*_REFUSED, "is not allowed", r"is not allowed (?:to be used )?in \S+(?: because|"
         r"\. Actions in this workflow)",
         also=("WorkflowFailed",)),
    rule(*_REFUSED, "not allowed to trigger",
         r"Event '\S+' is not allowed to trigger Actions workflows"),
    rule(*_REFUSED, "workflow was not found", r"workflow was not found"),
    rule(*_WAITING, "approval|waiting for review",
         r"awaiting approval|needs? approval|Waiting for review|requires approval"),
    rule(*_WAITING, "not allowed to deploy", r"is not allowed to deploy to",
         also=("WorkflowFailed",)),
    rule(*_WAITING, "deployment was rejected|protection rules", r"deployment was rejected|"
         r"satisfy other protection rules",
         also=("WorkflowFailed",)),
    rule(*_TIME, "maximum execution time", r"exceeded the maximum execution time",
         also=("WorkflowCancelled",),
         unless=r"while awaiting a runner"),
    rule(*_TIME, "timed out after", r"action '[^']{1,200}' has timed out after",
         also=("WorkflowFailed",)),
    rule(*_STOPPED, "higher priority waiting request", r"Cancell?ing since a higher priority wait"
         r"ing request"),
    rule(*_STOPPED, "deadlock", r"Canceling since a deadlock was detected|"
         r"deadlock for concurrency"),
    rule(*_STOPPED, "cancel", r"\brun was cancell?ed\b|cancell?ed by @?\S+"),
    rule(*_STOPPED, "operation was cancel", r"The operation was cancell?ed",
         also=("WorkflowTimedOut",)),
    rule(*_STOPPED, "canceled because", r"was canceled because \"[^\"]{1,200}\" failed",
         also=("WorkflowFailed",)),
    # The runner's preparation of a job; a job exists and fails in it.
    rule(*_FAILED, "unable to resolve action", r"Unable to resolve action",
         also=("WorkflowStartupFailure",)),
    rule(*_FAILED, "can't find", r"Can't find 'action\.yml'", also=("WorkflowStartupFailure",)),
    rule(*_FAILED, "deprecated version", r"automatically failed because it uses a deprecated vers"
         r"ion",
         also=("WorkflowStartupFailure",)),
    rule(*_FAILED, "missing download info", r"Missing download info for",
         also=("WorkflowStartupFailure",)),
    rule(*_FAILED, "internal error", r"encountered an internal error when running your job"),
    rule(*_FAILED, "internal server error", r"Internal server error\. Correlation ID"),
    # The last word of a failed step, when nothing more is known.
    rule(*_FAILED, "process completed with exit code", r"Process completed with exit code (?!0\b)"
         r"\d+", suspected=True),
    rule(*_FAILED, "make", r"make(?:\[\d+\])?: \*\*\* .{0,200}Error \d+", suspected=True),
    rule(*_FAILED, "npm", r"npm (?:ERR!|error) (?:code|errno|command failed)", suspected=True),
    rule(*_FAILED, "build fail", r"BUILD FAIL(?:URE|ED)", suspected=True),
    rule(*_FAILED, "error|fatal|erro[", r"^\s{0,12}(?:Error|fatal): \S|^\[ERROR\] \S|"
         r"\blevel=\"?(?:error|fatal)\b|^ERRO\[\d+\] ", suspected=True,
         unless=r"importing cache|ERROR importing"),
)  # fmt: skip
