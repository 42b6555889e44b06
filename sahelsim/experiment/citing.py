"""How to cite sahelsim and one result, and the result's description for archives (RO-Crate)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sahelsim import __version__
from sahelsim.experiment.files import write_bytes
from sahelsim.experiment.holdings import manifests_in, runs_in
from sahelsim.experiment.store import POSTERIOR
from sahelsim.model.posterior import SHIPPED, read_posterior
from sahelsim.theatre import load_theatre

TITLE = (
    "sahelsim: scenario simulation and wargaming of airlift, siege warfare and alliance politics "
    "in the central Sahel"
)
AUTHORS = "The sahelsim authors"
CRATE = "ro-crate-metadata.json"
_MEDIA = {
    ".parquet": "application/vnd.apache.parquet", ".json": "application/json",
    ".yaml": "application/yaml", ".html": "text/html", ".csv": "text/csv",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """What a paper says about the software and, where given, about one result.

    Attributes:
        text: The sentence.
        bibtex: The entry of the software.
        data: Citations of the data behind the fitted parameters.
        about: Scenario, hashes, seed and replicates of the result.
    """

    text: str
    bibtex: str
    data: tuple[str, ...]
    about: dict[str, Any]


def cite(path: Path | None = None) -> Citation:
    """The citation of this version, or of the results in a directory.

    Raises:
        InputError: SS4002, the directory holds no results.
    """
    manifests = [] if path is None else manifests_in(path)
    version = manifests[0]["version"] if manifests else __version__
    text = f"{AUTHORS}. {TITLE}. Version {version}. Apache-2.0."
    about: dict[str, Any] = {}
    if manifests:
        about = _about(manifests)
        text += " " + "; ".join(f"{key.replace('_', ' ')} {value}" for key, value in about.items())
        text += "."
    bibtex = "\n".join(
        [
            "@software{sahelsim,",
            f"  author  = {{{{{AUTHORS}}}}},",
            f"  title   = {{{TITLE}}},",
            f"  version = {{{version}}},",
            "  license = {Apache-2.0}",
            "}",
        ]
    )
    return Citation(text, bibtex, _data(path, manifests), about)


def _about(manifests: list[dict[str, Any]]) -> dict[str, Any]:
    first = manifests[0]
    names = [str(m.get("scenario") or m.get("id") or "sweep") for m in manifests]
    what = "scenario" if "scenario" in first else "sweep"
    about = {
        what if len(names) == 1 else f"{what}s": ", ".join(names),
        "specification": "" if what == "scenario" else str(first.get("specification", ""))[:12],
        "scenario_hash": ", ".join(
            str(m[key])[:12] for m in manifests for key in ("scenario_hash",) if key in m
        ),
        "model_hash": str(first.get("model_hash", ""))[:12],
        "seed": first.get("seed"),
        "replicates": _replicates(first.get("replicates")),
    }
    return {key: value for key, value in about.items() if value not in (None, "")}


def _replicates(known: Any) -> Any:
    """How many; of a sweep, whose manifest says by which rule, at most how many."""
    if not isinstance(known, dict):
        return known
    return f"up to {known.get('most')}" if known.get("until") else known.get("most")


def _data(path: Path | None, manifests: list[dict[str, Any]]) -> tuple[str, ...]:
    """Data behind the draws of parameters that were used."""
    if manifests and all(m.get("posterior") is None for m in manifests):
        return ()
    own = [folder / POSTERIOR for folder in (runs_in(path) if path is not None else [])]
    files = [file for file in own if file.is_file()] or [SHIPPED]
    parameters = load_theatre().parameters
    found = {
        str(read_posterior(file, parameters).about.get("citation", ""))
        for file in files
        if file.is_file()
    }
    return tuple(sorted(found - {""}))


def write_crate(path: Path) -> Path:
    """Describe a result directory as an RO-Crate, in the profile of a process run.

    RO-Crate 1.1 with the Process Run Crate profile 0.5: the directory, its files, the software and
    the action that made them. The same directory gives the same bytes.

    Raises:
        InputError: SS4002, the directory holds no results.
        EnvironmentFault: SS6010, the file cannot be written.
    """
    manifests = manifests_in(path)
    first, citation = manifests[0], cite(path)
    files = sorted(
        file.relative_to(path).as_posix()
        for file in path.rglob("*")
        if file.is_file() and file.name != CRATE and not file.name.startswith(".")
    )
    inputs = [name for name in files if Path(name).suffix == ".yaml" or name.endswith(POSTERIOR)]
    profile = "https://w3id.org/ro/wfrun/process/0.5"
    parts = [{"@id": name} for name in files]
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE, "@type": "CreativeWork", "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./", "@type": "Dataset", "conformsTo": {"@id": profile},
            "name": str(first.get("title") or first.get("scenario") or path.name),
            "description": citation.text, "datePublished": _ended(first),
            "license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
            "hasPart": parts, "mentions": {"@id": "#run"}, "citation": list(citation.data),
        },
        {"@id": profile, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {
            "@id": "#sahelsim", "@type": "SoftwareApplication", "name": "sahelsim",
            "softwareVersion": first["version"], "license": "Apache-2.0",
            "softwareRequirements": [
                f"{name} {number}" for name, number in sorted(first.get("packages", {}).items())
            ],
        },
        {
            "@id": "#run", "@type": "CreateAction", "name": str(first.get("command", "sahelsim")),
            "instrument": {"@id": "#sahelsim"},
            "startTime": first.get("started"), "endTime": _ended(first),
            "actionStatus": "http://schema.org/"
            + ("CompletedActionStatus" if _complete(manifests) else "ActiveActionStatus"),
            "object": [{"@id": name} for name in inputs],
            "result": [{"@id": name} for name in files if name not in inputs],
        },
        *(
            {
                "@id": name, "@type": "File", "name": name,
                "encodingFormat": _MEDIA.get(Path(name).suffix, "application/octet-stream"),
                "contentSize": str((path / name).stat().st_size),
            }
            for name in files
        ),
    ]  # fmt: skip
    whole = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    write_bytes(path / CRATE, text.encode())
    return path / CRATE


def _ended(manifest: dict[str, Any]) -> Any:
    return manifest.get("finished") or manifest.get("started")


def _complete(manifests: list[dict[str, Any]]) -> bool:
    return all(manifest.get("status", "complete") == "complete" for manifest in manifests)
