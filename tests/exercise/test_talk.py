"""Messages, statements and news: who reads what, how much, and how text is kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahelsim.base.errors import InputError
from sahelsim.exercise import Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.schema import Messages
from sahelsim.exercise.state import FACILITATOR
from sahelsim.exercise.talk import MAX_MESSAGE, MAX_STATEMENT, plain_text

Started = tuple[Game, Keys]


def seats(game: Game, keys: Keys) -> dict[str, str]:
    return {team: game.join(code, team) for team, code in keys.codes.items()}


def test_a_message_is_read_by_its_thread_and_the_facilitator_alone(started: Started) -> None:
    game, keys = started
    token = seats(game, keys)
    sent = game.message(token["bamako"], ["niamey"], "canary-one")
    game.message(token["niamey"], [FACILITATOR], "canary-two")
    game.message(token["niamey"], ["coalition", "bamako"], "canary-three")
    game.tell(["coalition"], "canary-four")
    told = {team: json.dumps(game.see(seat)) for team, seat in token.items()}
    readers = {
        "canary-one": {"bamako", "niamey"},
        "canary-two": {"niamey"},
        "canary-three": {"bamako", "niamey", "coalition"},
        "canary-four": {"coalition"},
    }
    everything = json.dumps(game.see_all())
    for text, teams in readers.items():
        assert {team for team, seen in told.items() if text in seen} == teams
        assert text in everything
    assert sent.parties == {"bamako", "niamey"}
    (seen,) = (m for m in game.see(token["niamey"])["messages"] if m["text"] == "canary-one")
    assert seen["thread"] == ["bamako", "niamey"]
    assert (seen["from"], seen["to"], seen["turn"]) == ("bamako", ["niamey"], 1)
    assert game.see(token["coalition"])["messages"][-1]["from"] == FACILITATOR


def test_messages_outlast_a_turn_and_belong_to_their_branch(started: Started) -> None:
    game, keys = started
    token = seats(game, keys)
    game.message(token["bamako"], ["niamey"], "first")
    play_on(game, 1, odds=False)
    game.message(token["niamey"], ["bamako"], "after the result")
    game.step("next")
    game.message(token["bamako"], ["niamey"], "second")
    assert [m["text"] for m in game.see(token["niamey"])["messages"]] == [
        "first", "after the result", "second",
    ]  # fmt: skip
    game.rewind(2)
    assert [m["text"] for m in game.see(token["niamey"])["messages"]] == [
        "first", "after the result",
    ]  # fmt: skip
    game.go_to("main")
    assert game.see(token["niamey"])["messages"][-1]["text"] == "second"


@pytest.mark.parametrize(
    ("to", "text", "code", "hint"),
    [
        (["niamey"], "", "SS8053", None),
        (["niamey"], " \u200b\x00\ud800 ", "SS8053", None),
        (["niamey"], "a" * (MAX_MESSAGE + 1), "SS8053", None),
        ([], "hello", "SS8054", "facilitator"),
        (["niamy"], "hello", "SS8054", "did you mean 'niamey'?"),
        (["niamey", "bamako"], "hello", "SS8054", "niamey"),
    ],
)
def test_what_cannot_be_sent(
    started: Started, to: list[str], text: str, code: str, hint: str | None
) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    before = game.state.seq
    with pytest.raises(InputError) as caught:
        game.message(token, to, text)
    assert caught.value.code == code
    assert hint is None or hint in str(caught.value.hint)
    assert game.state.seq == before


def test_a_team_writes_so_much_and_no_more(started: Started) -> None:
    game, keys = started
    game.exercise.file.__dict__["messages"] = Messages(per_turn=2)
    token = game.join(keys.codes["bamako"], "Awa")
    other = game.join(keys.codes["bamako"], "Ali")
    game.message(token, ["niamey"], "one")
    game.message(other, [FACILITATOR], "two")
    with pytest.raises(InputError) as caught:
        game.message(token, ["niamey"], "three")
    assert caught.value.code == "SS8055"
    game.tell(["bamako"], "the facilitator has no such limit")
    game.message(game.join(keys.codes["niamey"], "Eve"), ["bamako"], "nor has another team")
    play_on(game, 1, odds=False)
    game.step("next")
    game.message(token, ["niamey"], "three")


def test_an_exercise_may_keep_teams_from_writing_to_one_another(started: Started) -> None:
    game, keys = started
    game.exercise.file.__dict__["messages"] = Messages(between_teams=False)
    token = game.join(keys.codes["bamako"], "Awa")
    with pytest.raises(InputError, match="facilitator alone"):
        game.message(token, ["niamey"], "psst")
    with pytest.raises(InputError, match="facilitator alone"):
        game.message(token, ["niamey", FACILITATOR], "psst")
    game.message(token, [FACILITATOR], "help")
    game.tell(["bamako", "niamey"], "both of you")


def test_one_key_is_one_message(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    first = game.message(token, ["niamey"], "hello ", key="k")
    assert game.message(token, ["niamey"], "hello", key="k") == first
    with pytest.raises(InputError, match="another way"):
        game.message(token, ["niamey"], "bye", key="k")
    game.tell(["bamako"], "hello", key="k")  # keys belong to who gave them
    assert len(game.state.turn.messages) == 2


def test_statements_are_public_short_and_few(started: Started) -> None:
    game, keys = started
    token = seats(game, keys)
    said = game.declare(token["bamako"], "We hold Gao.", key="k")
    assert game.declare(token["bamako"], "We hold Gao.", key="k") == said
    game.declare(token["bamako"], "And Timbuktu.")
    with pytest.raises(InputError) as caught:
        game.declare(token["bamako"], "And Kidal.")
    assert caught.value.code == "SS8055"
    with pytest.raises(InputError, match="200"):
        game.declare(token["niamey"], "a" * (MAX_STATEMENT + 1))
    for seat in token.values():
        assert [(s["team"], s["text"]) for s in game.see(seat)["statements"]] == [
            ("bamako", "We hold Gao."), ("bamako", "And Timbuktu."),
        ]  # fmt: skip


def test_news_are_kept_as_plain_text(started: Started) -> None:
    game, _ = started
    game.announce({"en": "Rain\x1b[2J.", "fr": "Pluie."}, key="k")
    assert game.state.turn.news[-1].text == {"en": "Rain[2J.", "fr": "Pluie."}
    with pytest.raises(InputError) as caught:
        game.announce({"en": " ", "fr": "Pluie."})
    assert caught.value.code == "SS8053"


@given(st.text())
def test_plain_text_is_printable_and_stays_as_it_is(text: str) -> None:
    kept = plain_text(text)
    assert plain_text(kept) == kept
    assert all(c.isprintable() or c in "\n\t" for c in kept)
    kept.encode("utf-8")  # no lone surrogate is left


def test_a_reason_that_no_file_can_hold_is_cleaned(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    order = game.propose(token, "strict_rules", why="so\ud800 be it\x00")
    assert order.why == "so be it"
