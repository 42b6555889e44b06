"""The pages without JavaScript: join, read, order, be refused, be led through a turn."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from sahelsim.exercise.phrases import LANGUAGES, Language, phrase
from sahelsim.exercise.web import player as player_pages
from tests.exercise.web.conftest import ADDRESS, Class

GAO = {"destination": "gao", "men": "100"}


def test_a_visitor_joins_and_sees_the_own_team(writing: Class) -> None:
    player = writing.player("bamako")
    page = player.get("/play")
    assert page.status_code == 200
    assert "Bamako" in page.text
    assert "People live in places that the states hold." in page.text
    assert player.get("/").headers["location"] == "/play"
    assert writing.game.log.names() == {"s3": "Awa"}


def test_pages_are_laid_out_before_a_class_joins_at_once(
    writing: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start() -> None:
        async with writing.app.router.lifespan_context(writing.app):
            pass

    drawn: list[str] = []
    draw = player_pages.seat_page

    def drawing(engine: Any, picture: Any, language: Language) -> Any:
        drawn.append(picture["team"])
        return draw(engine, picture, language)

    monkeypatch.setattr(player_pages, "seat_page", drawing)
    asyncio.run(start())
    assert sorted(drawn) == sorted(writing.keys.codes)
    drawn.clear()
    for team in [*writing.keys.codes] * 2:
        assert writing.player(team).get("/play").status_code == 200
    assert not drawn
    mali = writing.player("bamako")
    mali.order("reinforce", **GAO)
    assert "Gao" in mali.get("/play").text
    assert set(drawn) == {"bamako"}


def test_a_code_is_typed_as_people_type(writing: Class) -> None:
    code = writing.keys.codes["bamako"]
    assert writing.visitor().join(f" {code[:4].lower()}-{code[4:]} ", "Awa").status_code == 303


def test_a_wrong_code_keeps_what_was_typed_and_says_what_to_do(writing: Class) -> None:
    answer = writing.visitor().join("AAAABBBB", "Awa <b>")
    assert answer.status_code == 403
    assert 'value="AAAABBBB"' in answer.text
    assert 'value="Awa &lt;b&gt;"' in answer.text
    assert "ask the facilitator" in answer.text
    assert writing.game.state.seats == {}


def test_an_order_is_written_shown_and_withdrawn(writing: Class) -> None:
    player = writing.player("bamako")
    assert player.order("reinforce", **GAO, why="besieged & cut off").status_code == 303
    page = player.get("/play").text
    assert "besieged &amp; cut off" in page
    assert phrase("en", "page.orders.slots", used=1, slots=2) in page
    (order,) = writing.game.state.turn.orders
    assert dict(order.arguments) == {"destination": "gao", "men": 100}
    player.form("/do/withdraw", "/play", order=order.id)
    assert writing.game.state.turn.orders == ()


def test_a_refusal_keeps_the_form_and_gives_the_limit(writing: Class) -> None:
    player = writing.player("bamako")
    answer = player.order("reinforce", destination="gao", men="301", why="hold it")
    assert answer.status_code == 422
    assert "allowed: a number from 50 to 300" in answer.text
    assert 'id="card-reinforce" name="card" open' in answer.text
    assert 'value="301"' in answer.text
    assert '<option value="gao" selected>' in answer.text
    assert ">hold it</textarea>" in answer.text
    assert writing.game.state.turn.orders == ()


@pytest.mark.parametrize("typed", ["1e9", "-1", "nan", "inf", "ten", "1,5", "", "0x20"])
def test_a_number_that_is_none_is_refused_not_crashed_on(writing: Class, typed: str) -> None:
    answer = writing.player("bamako").order("reinforce", destination="gao", men=typed)
    assert answer.status_code == 422
    assert "internal" not in answer.text


def test_the_form_of_a_card_says_what_it_costs_and_allows(writing: Class) -> None:
    page = writing.player("bamako").get("/play").text
    form = page[page.index('data-card="convoy"') :]
    form = form[: form.index("</form>")]
    assert 'data-cost="political" data-per="load_t" data-each="0.01"' in form
    assert 'min="50" max="600"' in form
    assert form.index('<optgroup label="Mali">') < form.index('<optgroup label="Niger">')
    assert '<option value="gao">Gao</option>' in form


def test_a_whole_turn_by_buttons(writing: Class) -> None:
    player, leader = writing.player("bamako"), writing.leader()
    player.order("reinforce", **GAO)
    assert leader.step("lock").status_code == 303
    assert leader.step("odds").status_code == 303
    odds = player.get("/play").text
    count = (writing.game.state.turn.odds or {})["counts"]["civilians"]
    assert f"In {count} of 12 futures more than 50 civilians are killed." in odds
    assert odds.count('<svg class="svg-icons"') == 1
    assert leader.step("roll", dice="57").status_code == 303
    assert leader.step("play").status_code == 303
    page = player.get("/play").text
    result: Any = writing.game.state.turn.result
    deaths = result["shared"]["civilian_deaths"]
    assert re.search(rf"Civilians killed</dt><dd>{deaths:.0f}</dd>", page)
    assert "What happened in turn 1" in page
    assert leader.step("next").status_code == 303
    assert "Turn 2 of 3" in player.get("/play").text


def test_a_step_out_of_phase_is_said_and_changes_nothing(writing: Class) -> None:
    leader = writing.leader()
    before = writing.seq
    answer = leader.step("roll")
    assert answer.status_code == 409
    assert "not locked" in answer.text
    assert writing.seq == before


def test_a_double_click_is_one_order(writing: Class) -> None:
    player = writing.player("bamako")
    page = player.get("/play").text
    form = page[page.index('data-card="reinforce"') :]
    key = re.search(r'name="key" value="([^"]+)"', form)
    csrf = re.search(r'name="csrf" value="([^"]+)"', form)
    assert key is not None
    assert csrf is not None
    fields = {"csrf": csrf[1], "key": key[1], "card": "reinforce", "arg.destination": "gao",
              "arg.men": "100", "why": ""}  # fmt: skip
    assert [player.send("/do/order", **fields).status_code for _ in range(3)] == [303] * 3
    assert len(writing.game.state.turn.orders) == 1


def test_a_page_has_new_keys_each_time_so_that_an_order_may_be_given_again(writing: Class) -> None:
    player = writing.player("bamako")
    keys = {
        re.findall(r'name="key" value="([^"]+)"', player.get("/play").text)[0] for _ in range(3)
    }
    assert len(keys) == 3


def test_two_facilitators_tabs_take_one_step(writing: Class) -> None:
    one, two = writing.leader(), writing.leader()
    assert one.step("lock").status_code == 303
    assert two.step("lock").status_code == 303
    assert one.step("odds").status_code == 303
    assert two.step("odds").status_code == 303
    assert one.step("roll", dice="40").status_code == 303
    assert two.step("roll", dice="41").status_code == 409
    assert writing.game.state.turn.roll == 40
    kinds = [event.kind for event in writing.game.log.read()]
    assert (
        kinds.count("turn.locked") == kinds.count("odds.shown") == kinds.count("dice.rolled") == 1
    )


def test_messages_statements_and_forecasts(writing: Class) -> None:
    mali, niger = writing.player("bamako"), writing.player("niamey")
    mali.form("/do/message", "/play", to=["niamey", "facilitator"], text="Lend us a C-130?")
    assert "Lend us a C-130?" in niger.get("/play").text
    mali.form("/do/declare", "/play", text="We shall hold Gao.")
    assert "We shall hold Gao." in niger.get("/play").text
    assert mali.form("/do/forecast", "/play", name="civilians", percent="35").status_code == 303
    assert 'value="35"' in mali.get("/play").text
    assert 'value="35"' not in niger.get("/play").text
    assert mali.form("/do/forecast", "/play", name="civilians", percent="101").status_code == 422
    leader = writing.leader()
    assert "Lend us a C-130?" in leader.get("/white").text
    leader.form("/white/do/tell", "/white", to=["niamey"], text="Five minutes left")
    assert "Five minutes left" in niger.get("/play").text
    assert "Five minutes left" not in mali.get("/play").text


def test_the_facilitator_looks_after_teams(writing: Class) -> None:
    player, leader = writing.player("bamako"), writing.leader()
    player.form("/do/ready", "/play")
    assert phrase("en", "page.now.ready") in player.get("/play").text
    assert player.order("reinforce", **GAO).status_code == 409
    leader.form("/white/do/reopen", "/white", team="bamako")
    assert player.order("reinforce", **GAO).status_code == 303
    leader.form("/white/do/handover", "/white", team="bamako", policy="true")
    assert phrase("en", "page.now.handed") in player.get("/play").text
    leader.form("/white/do/code", "/white", team="bamako")
    assert writing.visitor().join(writing.keys.codes["bamako"], "late").status_code == 403
    assert writing.visitor().join(writing.room.codes["bamako"], "late").status_code == 303
    (seat, *_) = writing.game.state.seats
    leader.form("/white/do/remove", "/white", seat=seat)
    assert player.get("/play").headers["location"] == "/"


def test_injects_announcements_branches_and_comparisons(writing: Class) -> None:
    player, leader = writing.player("bamako"), writing.leader()
    page = leader.get("/white").text
    assert phrase("en", "page.deck.turn", turn=2) in page
    assert leader.form("/white/do/inject", "/white", inject="gao_airport").status_code == 409
    leader.form("/white/do/announce", "/white", text="Rain in the North", to=["bamako"])
    assert "Rain in the North" in player.get("/play").text
    player.order("reinforce", **GAO)
    for step in ("lock", "play"):
        leader.step(step)
    (order,) = writing.game.state.turn.orders
    answer = leader.form("/white/do/without", "/white", order=order.id, pairs="4")
    assert answer.status_code == 303
    assert phrase("en", "page.without.how", pairs=4) in leader.get("/white").text
    leader.form("/white/do/rewind", "/white", turn="1", name="other-way", note="try again")
    assert writing.game.state.current == "other-way"
    assert "try again" in leader.get("/white").text
    leader.form("/white/do/branch", "/white", branch="main")
    assert writing.game.state.current == "main"


def test_the_debrief_is_a_file_for_the_facilitator(writing: Class) -> None:
    player, leader = writing.player("bamako"), writing.leader()
    early = leader.form("/white/debrief", "/white")
    assert early.status_code == 422
    player.order("reinforce", **GAO, why="for the debrief")
    for step in ("lock", "odds", "roll", "play"):
        leader.step(step)
    before = writing.seq
    answer = leader.form("/white/debrief", "/white")
    assert answer.headers["content-disposition"] == 'attachment; filename="small-debrief.html"'
    assert "for the debrief" in answer.text
    assert writing.seq == before
    assert player.form("/white/debrief", "/play").status_code == 401


def test_one_laptop_writes_for_every_team(writing: Class) -> None:
    leader = writing.leader()
    assert leader.form("/white/scribe", "/white", team="bamako").status_code == 303
    assert leader.order("reinforce", **GAO).status_code == 303
    assert leader.form("/white/scribe", "/play", team="niamey").status_code == 303
    assert 'value="niamey" aria-pressed="true"' in leader.get("/play").text
    leader.form("/white/scribe", "/play", team="bamako")
    assert len(writing.game.state.seats) == 2  # a team's seat is taken once
    player = writing.player("bamako")
    assert "/white/scribe" not in player.get("/play").text
    assert player.form("/white/scribe", "/play", team="niamey").status_code == 401


def test_the_wall_shows_how_to_join_then_the_turn(served: Class) -> None:
    leader = served.leader()
    lobby = leader.get("/screen").text
    assert ADDRESS in lobby
    assert '<svg class="qr"' in lobby or 'class="qr' in lobby
    assert served.keys.codes["bamako"][:4] not in lobby
    assert served.keys.codes["bamako"][:4] in leader.get("/screen?codes=1").text
    leader.step("write")
    assert phrase("en", "page.screen.write") in leader.get("/screen").text
    assert served.visitor().get("/screen").status_code == 401


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_visitors_language(writing: Class, language: Language) -> None:
    player, leader = writing.player("bamako"), writing.leader()
    for visitor, path in ((player, "/play"), (leader, "/white"), (leader, "/screen")):
        answer = visitor.form("/language", path, language=language, here=path)
        assert answer.headers["location"] == path
        page = visitor.get(path).text
        assert f'<html lang="{language}">' in page
        assert phrase(language, "page.harm.title").replace("'", "&#39;") in page
    other = writing.visitor()
    assert '<html lang="en">' in other.get("/").text


FRENCH = {
    "SS8021": ("reinforce", {"destination": "gao", "men": "9999"}),
    "SS8023": ("convoy", {"origin": "bamako", "destination": "gao", "load_t": "600"}),
    "SS8024": ("reinforce", {"destination": "niamey", "men": "100"}),
}


@pytest.mark.parametrize("code", FRENCH)
def test_refusals_speak_french_with_the_limit(writing: Class, code: str) -> None:
    player = writing.player("bamako")
    player.form("/language", "/play", language="fr", here="/play")
    card, arguments = FRENCH[code]
    page = player.order(card, **arguments).text
    problem = page[page.index('class="problem"') :]
    problem = problem[: problem.index("</div>")]
    for english in ("allowed", "refuses", "costs", " left", "lower", "men in reserve", " from "):
        assert english not in problem
    wanted = {"SS8021": "50 à 300", "SS8023": "300", "SS8024": "garnison"}[code]
    assert wanted in problem


def test_harm_to_civilians_is_on_every_page_of_a_game(writing: Class) -> None:
    player, leader = writing.player("bamako"), writing.leader()
    for _ in range(2):
        for visitor, path in ((player, "/play"), (leader, "/white"), (leader, "/screen")):
            page = visitor.get(path).text
            assert phrase("en", "page.harm.title") in page
        for step in ("lock", "play"):
            leader.step(step)
    assert "Civilians killed</dt>" in player.get("/play").text
