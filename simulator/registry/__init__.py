"""Image registries on localhost: one that behaves like Docker Hub, and a plain private one.

`docker_hub(state)` is the registry, its token service and its REST API in one application;
`private(state)` is a registry with user names and passwords. Both keep what they have in a
`RegistryState`, and clients that push and pull work against them.
"""

from simulator.registry.apps import docker_hub, private
from simulator.registry.state import Account, RegistryState, Repository

__all__ = ["Account", "RegistryState", "Repository", "docker_hub", "private"]
