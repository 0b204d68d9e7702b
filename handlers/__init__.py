"""The ways in from Slack, one file each."""
