"""Kubernetes: client, typed objects, readers of its texts, and objects from files."""
