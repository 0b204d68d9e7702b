"""The commands of `python -m bot`, one file each with `configure(parser)` and `execute(options)`.

Modules here import what they need inside `execute`, so that help and usage errors are quick.
"""
