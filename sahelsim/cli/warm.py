"""``sahelsim warm``: compile the model ahead of class."""

from __future__ import annotations

import click

from sahelsim.cli import ui


@ui.examples("sahelsim warm", "sahelsim warm --json")
@click.command()
@ui.json_option
def warm(as_json: bool) -> int:
    """Compile the model now, so that the first run starts at once."""
    from sahelsim.model.warmth import compile_model, is_warm

    before = is_warm()
    if not before:
        ui.talk("compiling the model; about half a minute ...", quiet=as_json)
    seconds = compile_model()
    if as_json:
        ui.say_json("warm", was_warm=before, seconds=round(seconds, 2))
    elif before:
        ui.say("the model was compiled already")
    else:
        ui.say(f"compiled in {seconds:.0f} s")
    return 0
