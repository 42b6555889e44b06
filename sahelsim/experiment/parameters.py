"""Where runs take their uncertain parameters from."""

from __future__ import annotations

from pathlib import Path

from sahelsim.model.posterior import CENTRAL, Posterior, choose_posterior
from sahelsim.theatre import load_theatre


def posterior_for(choice: Posterior | Path | str | None) -> Posterior | None:
    """Return the posterior that runs draw from, or None for central values.

    The shipped posterior was fitted to the documented Sahel, so in another theatre the default is
    central values; whoever names a posterior there gets it.

    Args:
        choice: A posterior, its path, ``"posterior"``, ``"central"``, or None for the default.

    Raises:
        InputError: SS7206 there is none, or it cannot be read; SS7207 it does not fit.
    """
    return choose_posterior(default_choice() if choice is None else choice)


def default_choice() -> str | None:
    """``"central"`` in a theatre that calibration does not know, else None."""
    return None if load_theatre().packaged else CENTRAL
