"""The classroom in the browser: pages, a JSON API and what keeps them safe, in one process.

It needs the extra ``web`` (FastAPI); nothing outside this package imports it but the commands that
serve. What a player receives is built from :meth:`sahelsim.exercise.game.Game.see` alone.
"""
