"""Settings, and the data that an operator edits."""
