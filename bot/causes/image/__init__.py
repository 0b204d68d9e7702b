"""Image and registry: why an image is not on its node.

failing.py       which images fail, and what the texts say
codes.py         which codes a text allows
credentials.py   whether a pull secret covers the image
decide.py        text, registry and pull secrets: one code
rulings.py       the decision in words
pulled.py        images that are there after all
remedies.py      what to do
rows.py          the codes and their documentation
"""

from __future__ import annotations

from bot.cause import Cause
from bot.cause.tables import causes_of
from bot.causes.image import network_rows, rows
from bot.causes.image.rulings import rule
from bot.report import Layer

CAUSES: tuple[Cause, ...] = causes_of(
    "image", Layer.REGISTRY, (*rows.ROWS, *network_rows.ROWS), rule
)
