"""Image registries: the distribution protocol, and what is odd about each registry.

Read `client` first (whom we ask as, and what is believed), then `look_up` (one caller), `oci` (the
protocol), `asking` and `guard` (the network). What a response means is pure: `exchange`, `reading`,
`refusals`, with `kinds` as the table of oddities.
"""
