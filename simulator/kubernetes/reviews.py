"""Questions about oneself: who am I, and may I do this.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from __future__ import annotations

from typing import Any

from simulator.kubernetes.state import KubernetesState, Manifest, Rule

USER = "system:serviceaccount:default:demo"


def access_review(state: KubernetesState, review: Manifest) -> dict[str, Any]:
    """A SelfSubjectAccessReview with its answer."""
    asked = review["spec"]["resourceAttributes"]
    resource = asked["resource"] + (f"/{asked['subresource']}" if asked.get("subresource") else "")
    allowed = Rule(asked["verb"], resource) not in state.forbidden
    return {**review, "metadata": {}, "status": {"allowed": allowed}}


def who_am_i(review: Manifest) -> dict[str, Any]:
    """A SelfSubjectReview with its answer."""
    return {**review, "metadata": {}, "status": {"userInfo": {"username": USER}}}
