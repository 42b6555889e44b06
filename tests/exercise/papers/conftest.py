"""Papers of the shipped exercise and of a small one, made once."""

from __future__ import annotations

from typing import Any

import pytest

from sahelsim.exercise import Exercise, load_exercise
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.papers.kit import papers, start_places
from sahelsim.exercise.phrases import LANGUAGES

CODES = {"bamako": "ABCDEFGH", "niamey": "JKMNPQRS", "coalition": "TUVWXYZ2"}


@pytest.fixture(scope="session")
def shipped() -> Exercise:
    return load_exercise("pont-aerien-2023")


@pytest.fixture(scope="session")
def places(small: Exercise) -> list[dict[str, Any]]:
    return start_places(Engine(small, 1))


@pytest.fixture(scope="session")
def shipped_papers(shipped: Exercise, places: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    return {language: papers(shipped, language, places) for language in LANGUAGES}


@pytest.fixture(scope="session")
def small_papers(small: Exercise, places: list[dict[str, Any]]) -> dict[str, str]:
    return papers(small, "en", places, codes=CODES, address="http://10.0.0.5:8000/")
