"""``sahelsim rerun`` and ``sahelsim cite``: where a result comes from, and whether it holds."""

from __future__ import annotations

from pathlib import Path

import click

from sahelsim.cli import ui

DIRECTORY = click.Path(path_type=Path)


@ui.examples("sahelsim rerun outputs/first-look", "sahelsim rerun outputs/first-look --json")
@click.command()
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option("--workers", "-j", type=click.IntRange(1), help="Threads; all cores by default.")
@click.option("--sample", type=click.IntRange(1), metavar="N",
              help="Repeat only N runs of a sweep.")  # fmt: skip
@ui.quiet_option
@ui.json_option
def rerun(
    directory: Path, workers: int | None, sample: int | None, quiet: bool, as_json: bool
) -> int:
    """Repeat the run, comparison or sweep in DIR and compare it bit for bit.

    Nothing in DIR is changed. Exit code 7 means that something differs; the message says what.
    """
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.experiment.holdings import holds_sweep
    from sahelsim.experiment.rerunning import rerun

    silent = quiet or as_json
    of_sweep = holds_sweep(directory)
    if not of_sweep and sample is not None:
        raise click.UsageError("--sample is for sweeps; a run is repeated whole")
    compile_with_progress(silent)
    if of_sweep:
        from sahelsim.experiment.sweep.verifying import verify

        found = verify(directory, sample)
        if as_json:
            ui.say_json("rerun", same=True, sweep=str(directory), runs=found.again)
        elif not quiet:
            ui.say(f"{ui.paint('same', 'good')}  {found.again:,} of {found.runs:,} runs repeated")
        return 0
    same = rerun(directory, workers, lambda n, id: Progress(n, id, quiet=silent))
    if as_json:
        runs = [{**one._asdict(), "path": str(one.path)} for one in same]
        ui.say_json("rerun", same=True, runs=runs)
    elif not quiet:
        for each in same:
            ui.say(
                f"{ui.paint('same', 'good')}  {each.path}: {each.replicates} replicates, "
                f"{each.tables} tables, {each.rows:,} rows"
            )
    return 0


@ui.examples("sahelsim cite", "sahelsim cite outputs/first-look",
             "sahelsim cite outputs/first-look --ro-crate")  # fmt: skip
@click.command()
@click.argument("directory", metavar="[DIR]", type=DIRECTORY, required=False)
@click.option("--bibtex", is_flag=True, help="The BibTeX entry of the software alone.")
@click.option("--ro-crate", is_flag=True,
              help="Also write DIR/ro-crate-metadata.json, which archives read.")  # fmt: skip
@ui.json_option
def cite(directory: Path | None, bibtex: bool, ro_crate: bool, as_json: bool) -> int:
    """Tell how to cite sahelsim, or the results in DIR with their hashes and data."""
    from sahelsim.experiment.citing import cite as find
    from sahelsim.experiment.citing import write_crate

    if ro_crate and directory is None:
        raise click.UsageError("--ro-crate describes a result directory; name one")
    citation = find(directory)
    crate = write_crate(directory) if ro_crate and directory is not None else None
    if as_json:
        ui.say_json(
            "cite", text=citation.text, bibtex=citation.bibtex, data=list(citation.data),
            about=citation.about, crate=str(crate) if crate else None,
        )  # fmt: skip
    elif bibtex:
        ui.say(citation.bibtex)
    else:
        ui.say(citation.text)
        for data in citation.data:
            ui.say(f"Fitted parameters: {data}.")
        if crate is not None:
            ui.talk(f"crate: {crate}")
    return 0
