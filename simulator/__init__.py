"""Slack, GitHub, registries and a cluster on localhost, speaking their real protocols."""
