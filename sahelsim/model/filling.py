"""Fill one mechanism's NamedTuple of parameters from their sourced records."""

from __future__ import annotations

from typing import Any

import numpy as np

from sahelsim.theatre.parameters import ParameterSet


def fill_group(cls: Any, mechanism: str, values: ParameterSet) -> Any:
    """Fill the NamedTuple of one mechanism: numbers as float, families as float64 arrays.

    Raises:
        ParameterError: SS3010, a field has no record ``<mechanism>.<field>``.
    """
    fields: dict[str, Any] = {}
    for field in cls._fields:
        id = f"{mechanism}.{field}"
        suffixes = values.suffixes(id)
        fields[field] = (
            np.array([values.value(f"{id}.{suffix}") for suffix in suffixes], dtype=np.float64)
            if suffixes
            else values.value(id)
        )
    return cls(**fields)
