from __future__ import annotations

import pytest

from sahelsim.base.errors import MissingExtra
from sahelsim.base.extra import needs_extra


def test_a_failed_import_becomes_a_word_on_what_to_install() -> None:
    with (
        pytest.raises(MissingExtra, match="SQL needs DuckDB, which is not installed") as told,
        needs_extra("DuckDB", "analysis", code="SS4122", what="SQL", more=", or use CSV"),
    ):
        raise ImportError
    assert told.value.code == "SS4122"
    assert told.value.exit_code == 5
    assert told.value.hint == "install the extra: pip install 'sahelsim[analysis]', or use CSV"


def test_other_faults_pass() -> None:
    with pytest.raises(ValueError, match="other"), needs_extra("DuckDB", "analysis"):
        raise ValueError("other")
