"""Where an event counts: the nearest documented place, or the rest of its region.

An event goes to the nearest locality within 50 km in its country where its place is known at least
to the district (where_prec of 3 or less), else to the remainder of its first-level region; none is
left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from sahelsim.theatre import load_theatre
from sahelsim.theatre.geography import EARTH_RADIUS_KM

REACH_KM = 50.0
COARSEST = 3  # where_prec beyond which coordinates stand for a whole region

_ALIASES = {"tombouctou": "timbuktu", "bamako": "districtdebamako", "taoudenni": "taoudenit"}

Floats = npt.NDArray[np.float64]


def distance_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distances, by broadcasting; degrees in, km out (haversine)."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_lon = np.radians(lon2 - lon1) / 2
    chord = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lon) ** 2
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return distance


def nearest_localities(
    country: Sequence[str], lat: Floats, lon: Floats, where_prec: npt.NDArray[np.int64]
) -> list[str]:
    """Return the locality id of each event, or an empty text for the rest of its region."""
    found = np.full(len(lat), "", dtype=object)
    countries = np.asarray(country, dtype=object)
    for id in np.unique(countries.astype(str)):
        places = [place for place in load_theatre().localities if place.country == id]
        rows = np.flatnonzero((countries == id) & (np.asarray(where_prec) <= COARSEST))
        if not places or not rows.size:
            continue
        km = distance_km(
            lat[rows, None],
            lon[rows, None],
            np.array([place.lat for place in places])[None, :],
            np.array([place.lon for place in places])[None, :],
        )
        nearest = km.argmin(axis=1)
        near = km[np.arange(rows.size), nearest] <= REACH_KM
        ids = np.array([place.id for place in places], dtype=object)
        found[rows[near]] = ids[nearest[near]]
    return [str(id) for id in found]


def region_of(country: str, name: str) -> str:
    """Return the theatre's name of a first-level region; the cleaned name where it has none."""
    cleaned = " ".join(name.replace(" region", "").replace(" Region", "").split())
    return _regions().get((country, _folded(cleaned)), cleaned)


@cache
def _regions() -> dict[tuple[str, str], str]:
    return {
        (place.country, _folded(place.admin1)): place.admin1 for place in load_theatre().localities
    }


@cache
def home_region() -> dict[str, str]:
    """Locality id -> its first-level region."""
    return {place.id: place.admin1 for place in load_theatre().localities}


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = "".join(sign for sign in plain if sign.isalpha())
    return _ALIASES.get(letters, letters)
