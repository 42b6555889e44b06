"""``sahelsim warm``: compile the model ahead of class."""

from __future__ import annotations

import click

from sahelsim.cli import ui


@ui.examples("sahelsim warm", "sahelsim warm --json")
@click.command()
@ui.json_option
def warm(as_json: bool) -> int:
    """Compile the model now, so that the first run starts at once."""
    from sahelsim.model.warmth import is_warm

    before = is_warm()
    seconds = compile_with_progress(silent=as_json)
    if as_json:
        ui.say_json("warm", was_warm=before, seconds=round(seconds, 2))
    elif before:
        ui.say("the model was compiled already")
    return 0


def compile_with_progress(silent: bool) -> float:
    """Compile the model where that is still to be done, showing the time; return the seconds."""
    from sahelsim.cli.progress import Clock
    from sahelsim.model.warmth import compile_model, is_warm

    if ui.verbose():
        from sahelsim.model.kernel import cache_state

        found = cache_state()
        ui.detail(f"compiled model: {found.path or 'no folder can be written to keep it'}")
    if is_warm():
        return 0.0
    with Clock("compiling the model, once, for up to half a minute", quiet=silent):
        seconds = compile_model()
    ui.talk(f"compiled in {seconds:.0f} s", quiet=silent)
    return seconds
