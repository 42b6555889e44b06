"""Nobody looks into another's hand: every byte that a visitor receives is looked through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from markupsafe import escape

from tests.exercise.web.conftest import Class, Visitor

# What each team writes carries a word that nobody else may receive.
SECRETS = {"bamako": "KANARIENVOGEL", "niamey": "ROTKEHLCHEN", "coalition": "ZAUNKOENIG"}
XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onfocus='alert(1)",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% for x in y %}",
    "<!--<a href='//evil.example'>",
    "\u202e\u0000\x1b[2J<b>",
)


def play_turn(served: Class, leader: Visitor, players: dict[str, Visitor]) -> None:
    """Everybody writes everything that can be written, and looks at everything."""
    for team, player in players.items():
        word = SECRETS[team]
        if team == "coalition":
            player.order("posture", level="hold", days="14", why=f"because {word}")
        else:
            player.order("reinforce", destination="gao" if team == "bamako" else "tillaberi",
                         men="100", why=f"because {word}")  # fmt: skip
            player.order("convoy", origin="gao", destination="gao", load_t="60", why=word)
        player.form("/do/message", "/play", to=["facilitator"], text=f"to you alone {word}")
        player.form("/do/forecast", "/play", name="civilians", percent="7.125")
        player.order("reinforce", destination=word, men=word, why=word)
    for step in ("lock", "odds", "roll", "play"):
        assert leader.step(step).status_code == 303
        for visitor in (*players.values(), leader):
            look_around(visitor)


def look_around(visitor: Visitor) -> None:
    for path in ("/", "/play", "/white", "/screen", "/screen?codes=1", "/api/picture",
                 "/api/white/picture", "/api/white/screen", "/openapi.json", "/nowhere",
                 "/stream/nothing", "/do/order", "/static/page.js"):  # fmt: skip
        visitor.get(path)


@pytest.fixture(scope="module")
def played(opening: Callable[..., Class]) -> Iterator[tuple[Class, dict[str, Visitor], Visitor]]:
    served = opening()
    leader = served.leader()
    players = {team: served.player(team, f"Name of {word}") for team, word in SECRETS.items()}
    leader.step("write")
    play_turn(served, leader, players)
    leader.step("next")
    leader.step("write")
    play_turn(served, leader, players)
    yield served, players, leader
    served.app.state.porter.hall.close()


def test_no_byte_of_another_team_reaches_a_player(
    played: tuple[Class, dict[str, Visitor], Visitor],
) -> None:
    served, players, leader = played
    for team, player in players.items():
        received = b"\n".join(player.received)
        assert len(player.received) > 60
        assert SECRETS[team].encode() in received  # the words do travel where they should
        for other, word in SECRETS.items():
            if other != team:
                assert word.encode() not in received, (team, other)
        codes = [code for name, code in served.keys.codes.items() if name != team]
        for secret in (served.keys.facilitator, *codes):
            assert secret.encode() not in received
    for word in SECRETS.values():
        assert word.encode() in b"\n".join(leader.received)


def test_the_wall_shows_nothing_of_any_team(
    played: tuple[Class, dict[str, Visitor], Visitor],
) -> None:
    served, _, _ = played
    wall = served.leader()
    wall.received.clear()
    for path in ("/screen", "/screen?codes=1", "/api/white/screen"):
        assert wall.get(path).status_code == 200
    received = b"\n".join(wall.received)
    for word in SECRETS.values():
        assert word.encode() not in received
    picture = wall.get("/api/white/screen").json()
    assert set(picture["map"]["places"][0]) == {"place", "holder", "besieged"}
    assert "orders" not in json.dumps(picture)


def test_exact_numbers_of_a_side_are_its_own(writing: Class) -> None:
    mali, niger = writing.player("bamako"), writing.player("niamey")
    own = writing.game.see_all()["teams"]["niamey"]["map"]
    exact = {row["place"]: row["garrison"]["value"] for row in own["places"]
             if row["garrison"]["source"] == "own"}  # fmt: skip
    picture = writing.game.see_all()["teams"]["bamako"]["map"]
    for row in picture["places"]:
        if row["place"] in exact:
            assert row["garrison"]["source"] == "reported"
    assert "5U-MBH" in niger.get("/play").text
    assert '<th scope="row">5U-MBH</th>' not in mali.get("/play").text


def test_what_others_do_moves_no_stream_of_a_team(writing: Class) -> None:
    mali = writing.player("bamako")

    def versions() -> tuple[str, str]:
        room = writing.room
        return room.seen_by("bamako").version, room.seen_by("niamey").version

    before = versions()
    mali.order("reinforce", destination="gao", men="100")
    after = versions()
    assert before[0] != after[0]
    assert before[1] == after[1]


@pytest.mark.parametrize("text", XSS)
def test_what_people_type_is_shown_and_never_run(writing: Class, text: str) -> None:
    player, leader = writing.player("bamako", f"N{text}"), writing.leader()
    player.order("reinforce", destination="gao", men="100", why=text + "x")
    player.order(text, **{text: text})
    player.form("/do/message", "/play", to=["niamey"], text=text + "x")
    player.form("/do/declare", "/play", text=text + "x")
    leader.form("/white/do/announce", "/white", text=text + "x")
    leader.form("/white/do/rewind", "/white", turn="1", note=text)
    writing.game.go_to("main")
    other = writing.player("niamey")
    shown, visible = 0, str(escape("".join(c for c in text if c.isprintable())))
    entrance = f"/?code={quote(text)}"
    for visitor, path in ((player, "/play"), (leader, "/white"), (leader, "/screen"),
                          (other, "/play"), (writing.visitor(), entrance)):  # fmt: skip
        page = visitor.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<svg onload" not in page
        assert "'onfocus='" not in page
        assert 'href="javascript' not in page
        assert "<!--" not in page
        shown += visible in page
    assert shown >= 3
