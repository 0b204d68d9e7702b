"""Why is this pod failing, and what does a person press to fix it?

Read in this order: `investigate` (the whole flow), `evidence` and `report` (what was seen, what it
means), `collect` (the shell that asks), `diagnose` (the core that understands), then one file of
`causes`. `app` is the only module that knows every part.
"""

__version__ = "0.1.0"
