from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.experiment import Run
from sahelsim.report import write_report
from sahelsim.report.material import Material
from sahelsim.theatre import load_theatre
from tests.report.synthetic import plan, synthetic_run

HOSTILE = "<script>window.stolen = 1</script><img src=x onerror=alert(1)> & 'quotes' \"both\""


@pytest.fixture(scope="session")
def documented() -> Run:
    return synthetic_run(plan(), 12)


@pytest.fixture(scope="session")
def without() -> Run:
    return synthetic_run(plan("no-airlift"), 12, lift=0.0)


@pytest.fixture(scope="session")
def material(documented: Run, without: Run) -> Material:
    return Material(documented, (without,), load_theatre())


@pytest.fixture(scope="session")
def hostile() -> Run:
    """A short run whose texts try to leave their place."""
    from datetime import date

    base = plan()
    orders = tuple(order for order in base.orders if order.on < date(2023, 9, 10))
    assumption = base.assumptions[0].model_copy(update={"text": HOSTILE})
    short = base.model_copy(
        update={
            "title": HOSTILE, "question": f"Is it safe? {HOSTILE}", "end": date(2023, 9, 14),
            "orders": orders, "assumptions": (assumption,),
        }
    )  # fmt: skip
    run = synthetic_run(short, 3)
    tails = run.frame("tails")
    tails["tail"] = tails["tail"].astype(str).replace("5U-MBH", "5U<b onclick=alert(1)>")
    tails["tail"] = tails["tail"].astype("category")
    import pyarrow as pa

    run.tables["tails"] = pa.Table.from_pandas(tails, preserve_index=False)
    run.manifest["command"] = f"sahelsim run x --set title={HOSTILE}"
    return run


@pytest.fixture(scope="session")
def page(documented: Run, without: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "new" / "report.html"
    assert write_report(documented, without, path=path) == path
    return path
