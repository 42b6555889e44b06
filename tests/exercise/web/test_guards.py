"""What every answer carries, and what no request may do."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from sahelsim.exercise.web import api, console, player, screen
from sahelsim.exercise.web.guard import HEADERS, MOST_BODY
from tests.exercise.web.conftest import Class, Visitor

GAO = {"destination": "gao", "men": "100"}
ORDER = {"card": "reinforce", "arg.destination": "gao", "arg.men": "100", "why": ""}


def paths() -> list[tuple[str, str]]:
    """Every route but the endless streams, its blanks filled in, with a method."""
    found = [("GET", "/static/style.css"), ("GET", "/openapi.json"), ("GET", "/stream/nothing")]
    for part in (player, console, screen, api):
        for route in part.router.routes:
            assert isinstance(route, Route)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                found.append((method, re.sub(r"\{\w+\}", "order", route.path)))
    return found


def test_every_answer_carries_every_header(writing: Class) -> None:
    visitors = {"nobody": writing.visitor(), "player": writing.player("bamako"),
                "leader": writing.leader()}  # fmt: skip
    asked = [*paths(), ("GET", "/nowhere"), ("PUT", "/play"), ("POST", "/")]
    assert len(asked) > 40
    for method, path in asked:
        for visitor in visitors.values():
            answer = visitor.request(method, path)
            assert answer.status_code < 500, (method, path)
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, (method, path, name)


def test_the_policy_allows_no_inline_code_and_pages_have_none(writing: Class) -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert HEADERS["Referrer-Policy"] == "same-origin"  # "no-referrer" makes our forms strangers
    awa, leader = writing.player("bamako"), writing.leader()
    for visitor, path in ((awa, "/play"), (leader, "/white"), (leader, "/screen"),
                          (writing.visitor(), "/"), (writing.visitor(), "/white")):  # fmt: skip
        page = visitor.get(path).text
        assert re.findall(r"<script(?![^>]*src=)", page) == []
        assert "<style" not in page
        assert re.findall(r"\sstyle\s*=", page) == []
        assert re.findall(r"\son\w+\s*=", page) == []
        assert "javascript:" not in page
        assert re.findall(r"(?:src|href)=\"https?://", page) == []


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(writing: Class) -> None:
    visitor = writing.visitor()
    joined = visitor.join(writing.keys.codes["bamako"], "Awa")
    flags = joined.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert "path=/" in flags
    assert "secure" not in flags
    behind = writing.visitor(base="https://class")
    joined = behind.join(writing.keys.codes["bamako"], "Awa")
    assert joined.headers["set-cookie"].startswith("__Host-seat=")
    assert "; secure" in joined.headers["set-cookie"].lower()
    assert behind.get("/play").status_code == 200


def test_tokens_are_nowhere_in_pages_and_only_digests_in_the_log(writing: Class) -> None:
    awa, leader = writing.player("bamako"), writing.leader()
    tokens = [v.cookies[n].partition(".")[2] for v, n in ((awa, "seat"), (leader, "facilitator"))]
    pages = awa.get("/play").text + leader.get("/white").text + leader.get("/screen").text
    kept = repr(writing.game.log.read())
    for token in tokens:
        assert len(token) >= 43
        assert token not in pages
        assert token not in kept


def test_no_get_ever_writes(writing: Class) -> None:
    visitors = [writing.visitor(), writing.player("bamako"), writing.leader()]
    before = writing.seq
    for method, path in paths():
        if method == "GET":
            for visitor in visitors:
                for query in ("", "?card=reinforce&code=x&what=lock", "?codes=1&language=fr"):
                    visitor.get(path + query)
    for path in ("/join", "/do/order", "/do/ready", "/white/do/step", "/api/order"):
        assert visitors[1].get(path).status_code in (404, 405)
    assert writing.seq == before
    assert writing.game.state.turn.phase == "write"


def test_a_form_without_our_token_does_nothing(writing: Class) -> None:
    awa, leader, stranger = writing.player("bamako"), writing.leader(), writing.visitor()
    other = stranger.csrf("/")
    before = writing.seq
    code = writing.keys.codes["niamey"]
    for token in ("", "0" * 64, other):
        assert awa.send("/do/order", csrf=token, **ORDER).status_code == 403
        assert leader.send("/white/do/step", csrf=token, what="lock").status_code == 403
        assert awa.send("/join", csrf=token, code=code, name="Eve").status_code == 403
        assert leader.send("/white/scribe", csrf=token, team="bamako").status_code == 403
        assert awa.send("/leave", csrf=token).status_code == 403
    assert awa.send("/do/order", **ORDER).status_code == 403
    answer = awa.request("POST", "/api/order", json={"card": "reinforce"})
    assert answer.status_code == 403  # a cookie alone is no proof for the API either
    assert writing.seq == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "http://class"}, 303),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://class:81"}, 403),
        ({"origin": "http://class"}, 303),
        ({}, 303),
    ],
)
def test_other_sites_are_turned_away(writing: Class, headers: dict[str, str], status: int) -> None:
    awa = writing.player("bamako")
    before = writing.seq
    answer = awa.send("/do/order", headers, csrf=awa.csrf("/play"), **ORDER)
    assert answer.status_code == status
    assert (writing.seq > before) == (status == 303)


def test_what_is_too_large_is_not_read(writing: Class) -> None:
    awa = writing.player("bamako")
    csrf = awa.csrf("/play")
    assert awa.send("/do/order", csrf=csrf, why="x" * MOST_BODY).status_code == 413

    async def endless() -> object:
        for _ in range(3):
            yield b"why=" + b"x" * (MOST_BODY // 2)

    answer = awa.request(
        "POST", "/do/order", content=endless(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert answer.status_code in (400, 413)
    assert awa.request("POST", "/api/order", content=b"[" * 50_000).status_code in (
        400,
        422,
        403,
    )


def test_a_field_that_stands_twice_or_is_unknown_is_refused(writing: Class) -> None:
    awa, leader = writing.player("bamako"), writing.leader()
    csrf = awa.csrf("/play")
    before = writing.seq
    twice = awa.request(
        "POST", "/do/order", content=f"csrf={csrf}&card=reinforce&card=convoy",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert twice.status_code == 422
    assert awa.send("/do/order", csrf=csrf, **ORDER, team="niamey").status_code == 422
    assert awa.send("/do/order", csrf=csrf, **ORDER, seat="s1").status_code == 422
    assert leader.step("lock", sneak="1").status_code == 422
    files = awa.request("POST", "/do/order", files={"card": ("a.txt", b"x")},
                           data={"csrf": csrf})  # fmt: skip
    assert files.status_code == 422
    assert writing.seq == before


def test_a_player_can_do_nothing_of_the_facilitator(writing: Class) -> None:
    awa, nobody = writing.player("bamako"), writing.visitor()
    before = writing.seq
    for visitor in (awa, nobody):
        csrf = visitor.csrf("/" if visitor is nobody else "/play")
        for name in ("step", "inject", "announce", "rewind", "branch", "code", "remove", "reopen",
                     "joining", "without", "tell", "handover", "extend", "pause", "shift", "pick",
                     "probability", "lift"):  # fmt: skip
            answer = visitor.send(f"/white/do/{name}", csrf=csrf, what="lock", team="bamako")
            assert answer.status_code == 401, name
        assert visitor.get("/screen").status_code == 401
    # A seat's token is not the facilitator's, and the other way round.
    borrowed = Visitor(writing.app)
    borrowed.cookies.set("facilitator", awa.cookies["seat"])
    assert borrowed.get("/screen").status_code == 401
    borrowed.cookies.set("seat", f"{writing.room.id}.{writing.keys.facilitator}")
    assert borrowed.get("/play").status_code == 303
    assert writing.seq == before


def test_errors_show_no_inside(writing: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    awa = writing.player("bamako")

    def broken(*_: object) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(writing.room, "seen_by", broken)
    answer = awa.get("/play")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
