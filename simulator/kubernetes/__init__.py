"""A Kubernetes cluster on localhost: its API, and a scheduler, controllers and kubelet in small.

`kubernetes(state)` is the API server as an application, `write_kubeconfig` lets clients in, and
`Node(state, exists).run()` makes pods out of Deployments and pulls their images.
"""

from simulator.kubernetes.app import kubernetes
from simulator.kubernetes.kubeconfig import write_kubeconfig
from simulator.kubernetes.node import Node
from simulator.kubernetes.state import KubernetesState

__all__ = ["KubernetesState", "Node", "kubernetes", "write_kubeconfig"]
