"""What outlives the process: threads, actions, follow-ups."""
