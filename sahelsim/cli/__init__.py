"""The ``sahelsim`` command: one file per group of commands."""
