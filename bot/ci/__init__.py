"""GitHub Actions: client, workflow files, runs, logs, and why a workflow did not run."""
