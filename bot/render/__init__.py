"""Report to text, Markdown, JSON and Slack blocks."""
