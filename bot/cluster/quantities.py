"""Kubernetes quantities as numbers, and back into words.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from decimal import Decimal

_FORM = re.compile(
    r"([+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE]([+-]?[0-9]{1,2})|([A-Za-z]{0,2}))"
)
_SUFFIX = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
    "P": Decimal(10) ** 15,
    "E": Decimal(10) ** 18,
    "Ki": Decimal(2) ** 10,
    "Mi": Decimal(2) ** 20,
    "Gi": Decimal(2) ** 30,
    "Ti": Decimal(2) ** 40,
    "Pi": Decimal(2) ** 50,
    "Ei": Decimal(2) ** 60,
}
_BINARY = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki")


def parse_quantity(text: str | int | float) -> Decimal:
    """The number that a quantity stands for; 0 for a text that is none."""
    found = _FORM.fullmatch(str(text).strip())
    if found is None:
        return Decimal(0)
    number, exponent, suffix = found.groups()
    if exponent:
        return Decimal(number).scaleb(int(exponent))
    return Decimal(number) * _SUFFIX.get(suffix or "", Decimal(0))


def write_quantity(resource: str, amount: Decimal) -> str:
    """An amount as people write it: cores with `m` below one, bytes with binary suffixes."""
    if resource == "cpu":
        milli = int(amount * 1000)
        return f"{milli}m" if milli % 1000 else str(milli // 1000)
    if "memory" not in resource and "storage" not in resource:
        return f"{amount.normalize():f}"
    for suffix in _BINARY:
        if abs(amount) >= _SUFFIX[suffix]:
            return f"{round(float(amount / _SUFFIX[suffix]), 1):g}{suffix}"
    return str(int(amount))
