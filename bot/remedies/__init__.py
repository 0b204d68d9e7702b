"""What the bot can do about a cause: one file each, with offer, preflight and perform."""
