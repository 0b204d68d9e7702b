"""Image registries: the distribution protocol, and what is odd about each registry."""
