"""The rules of play: seats, orders, phases, keys, branches."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sahelsim.base.errors import InputError, UsageError
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.access import ALPHABET, CODE_LENGTH, Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.cards import Refusal, budget
from sahelsim.exercise.conduct import deck
from sahelsim.model import Order as Deed
from sahelsim.model import SahelModel
from sahelsim.model.world import TEAM, worlds_equal

Started = tuple[Game, Keys]


def without_routine(small: Exercise, late: str) -> Exercise:
    """The exercise with a team whose policy rests while its people decide."""
    file = small.file
    team = file.teams["bamako"].model_copy(update={"routine": False})
    teams = type(file.teams)({**file.teams, "bamako": team})
    clock = file.clock.model_copy(update={"late": late})
    text = small.text.replace("    actors: [mli]\n", "    actors: [mli]\n    routine: false\n")
    return Exercise(
        file.model_copy(update={"teams": teams, "clock": clock}),
        text.replace("  late: policy", f"  late: {late}"), small.plan, small.expressions,
    )  # fmt: skip


GAO = {"destination": "gao", "men": 100}


def test_codes_and_tokens(started: Started) -> None:
    game, keys = started
    for code in keys.codes.values():
        assert len(code) == CODE_LENGTH
        assert set(code) <= set(ALPHABET)
    code = keys.codes["bamako"]
    token = game.join(f"{code[:4].lower()}-{code[4:]}", "  Awa\n Diallo ")
    assert game.log.names() == {"s3": "Awa Diallo"}
    assert game.see(token)["team"] == "bamako"
    assert game.is_facilitator(keys.facilitator)
    assert not game.is_facilitator(token)
    told = repr(game.log.read())
    for secret in (token, keys.facilitator, *keys.codes.values(), "Awa"):
        assert secret not in told
    with pytest.raises(InputError, match="opens no team"):
        game.join("AAAAAAAA", "Eve")
    with pytest.raises(InputError, match="no seat"):
        game.see("guess")


def test_a_seat_ends_and_a_code_is_replaced(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    (seat,) = game.state.seats
    game.remove(seat)
    with pytest.raises(InputError, match="no seat"):
        game.see(token)
    fresh = game.new_code("bamako")
    with pytest.raises(InputError, match="opens no team"):
        game.join(keys.codes["bamako"], "Awa")
    assert game.see(game.join(fresh, "Awa"))["team"] == "bamako"


def test_seats_run_out_and_joining_closes_at_the_first_lock(started: Started) -> None:
    game, keys = started
    for n in range(6):
        game.join(keys.codes["niamey"], f"P{n}")
    with pytest.raises(InputError, match="6 seats"):
        game.join(keys.codes["niamey"], "P7")
    game.step("lock")
    with pytest.raises(InputError, match="closed"):
        game.join(keys.codes["bamako"], "late")
    game.set_joining(True)
    game.join(keys.codes["bamako"], "late")


def test_a_repeated_join_opens_the_same_seat(started: Started) -> None:
    game, keys = started
    first = game.join(keys.codes["bamako"], "Awa", key="click")
    second = game.join(keys.codes["bamako"], "Awa", key="click")
    assert len(game.state.seats) == 1
    assert game.see(first) == game.see(second)


def test_an_order_stands_and_is_withdrawn(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    order = game.propose(token, "reinforce", GAO, why="it is besieged")
    assert [(o["id"], o["why"]) for o in game.see(token)["orders"]] == [
        (order.id, "it is besieged")
    ]
    game.withdraw(token, order.id)
    assert game.see(token)["orders"] == []
    with pytest.raises(InputError, match="no order"):
        game.withdraw(token, order.id)


@pytest.mark.parametrize(
    ("card", "arguments", "code", "hint"),
    [
        ("reinfoce", {}, "SS8020", "did you mean 'reinforce'?"),
        ("lend_aircraft", {}, "SS8020", None),
        ("reinforce", {"destination": "gao", "men": 301}, "SS8021", "from 50 to 300"),
        ("reinforce", {"destination": "gao", "men": True}, "SS8021", "from 50 to 300"),
        ("reinforce", {"destination": "gao", "men": float("nan")}, "SS8021", "from 50 to 300"),
        ("reinforce", {"destination": ["gao"], "men": 100}, "SS8021", None),
        ("reinforce", {"destination": "goa", "men": 100}, "SS5002", "did you mean 'gao'?"),
        ("reinforce", {"men": 100}, "SS8021", None),
        ("reinforce", {**GAO, "mne": 3}, "SS8021", "did you mean 'men'?"),
        ("strict_rules", {"level": "normal"}, "SS8021", None),
        ("convoy", {"origin": "bamako", "destination": "gao", "load_t": 600}, "SS8023", "300"),
        ("reinforce", {"destination": "niamey", "men": 100}, "SS8024", None),
    ],
)
def test_a_refusal_says_why_and_what_is_allowed(
    started: Started, card: str, arguments: dict[str, object], code: str, hint: str | None
) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    before = game.state.seq
    with pytest.raises(InputError) as caught:
        game.propose(token, card, arguments)
    assert caught.value.code == code
    assert hint is None or hint in str(caught.value.hint)
    assert game.state.seq == before


def test_slots_and_budget_are_limits(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    game.propose(token, "strict_rules")
    game.propose(token, "strict_rules")
    with pytest.raises(Refusal, match="2 orders"):
        game.propose(token, "reinforce", GAO)
    rules = game.exercise.file.teams["bamako"]
    assert budget(rules, game.state.branch, "bamako") == {"political": 1.0}
    play_on(game, 1, odds=False)
    game.step("next")
    assert budget(rules, game.state.branch, "bamako") == {"political": 2.0}


def test_one_key_is_one_order(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    first = game.propose(token, "reinforce", GAO, key="k1")
    assert game.propose(token, "reinforce", GAO, key="k1") == first
    with pytest.raises(InputError, match="another way"):
        game.propose(token, "reinforce", {"destination": "gao", "men": 60}, key="k1")
    other = game.join(keys.codes["niamey"], "Ali")
    assert game.propose(other, "declare", key="k1").team == "niamey"  # keys belong to seats
    game.step("lock")
    assert game.propose(token, "reinforce", GAO, key="k1") == first  # a late retry is told the same


def test_two_members_cannot_spend_one_budget(small: Exercise, tmp_path: Path) -> None:
    # Six at once, in two processes' worth of games on one file: two slots, so two orders.
    game, keys = Game.create(small, tmp_path / "g")
    game.step("write")
    other = Game.open(tmp_path / "g")
    seats = [game.join(keys.codes["bamako"], f"P{n}") for n in range(6)]
    refused = []

    def order(n: int) -> None:
        try:
            (game, other)[n % 2].propose(seats[n], "strict_rules", key="mine")
        except Refusal as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=order, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(game.state.turn.orders) == 2
    assert refused == ["SS8022"] * 4
    game.close()
    other.close()


def test_phases_follow_one_another(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    for what in ("odds", "roll", "play", "next"):
        with pytest.raises(InputError, match="phase 'write'"):
            game.step(what)
    game.ready(token)
    with pytest.raises(InputError, match="locked its orders"):
        game.propose(token, "reinforce", GAO)
    game.reopen("bamako")
    game.propose(token, "reinforce", GAO)
    game.step("lock")
    with pytest.raises(InputError, match="phase 'locked'"):
        game.propose(token, "reinforce", GAO)
    with pytest.raises(InputError, match="no futures"):
        game.step("roll")
    game.step("odds")
    with pytest.raises(InputError, match="not rolled"):
        game.step("play")


def test_two_tabs_take_one_step(started: Started) -> None:
    game, _ = started
    for what in ("lock", "odds"):
        first = game.step(what)
        seq = game.state.seq
        assert game.step(what) == first
        assert game.state.seq == seq
    assert game.step("roll", dice=40).roll == 40
    with pytest.raises(InputError, match="another way"):
        game.step("roll", dice=41)
    for dice in (0, 101, True, 5.0):
        with pytest.raises(InputError, match="dice"):
            game.step("roll", dice=dice)
    played = game.step("play")
    assert game.step("play") == played
    assert game.step("next").number == 2
    assert game.step("next").number == 2


def test_orders_reach_the_model_as_it_takes_them_elsewhere(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    game.propose(token, "reinforce", GAO)
    game.propose(token, "strict_rules")
    game.step("lock")
    game.step("play")
    model = SahelModel(game.exercise.plan, seed=game.engine.seed, parameters="central")
    assert model.give(Deed("reinforce", "mli", GAO), TEAM) == ""
    assert model.give(Deed("restraint", "mli", {"level": "strict"}), TEAM) == ""
    model.run_for(7)
    assert worlds_equal(model.world, game.engine.world(game.state.branch.turns))


def by_policy(game: Game) -> int:
    """Orders of Mali that its own policy gave in the first turn."""
    world = game.engine.world(game.state.branch.turns[:1])
    log = game.engine.names.order_log(world.orders)
    return sum(o["actor"] == "mli" and o["author"] == "policy" for o in log)


@pytest.mark.parametrize(
    ("late", "people", "ready", "handed", "played"),
    [
        ("hold", False, False, False, True),  # nobody is there
        ("hold", True, False, False, False),
        ("hold", True, False, True, True),
        ("policy", True, False, False, True),
        ("policy", True, True, False, False),  # slots left empty on purpose
    ],
)
def test_the_policy_plays_who_is_absent_late_or_handed_over(
    small: Exercise, late: str, people: bool, ready: bool, handed: bool, played: bool
) -> None:
    game, keys = Game.create(without_routine(small, late))
    if people:
        token = game.join(keys.codes["bamako"], "Awa")
    game.step("write")
    if ready:
        game.ready(token)
    if handed:
        game.hand_over("bamako")
    play_on(game, 1, odds=False)
    assert (by_policy(game) > 0) == played
    assert game.state.turn.late == (("bamako",) if late == "policy" and not ready else ())
    assert ("bamako" in game.state.turn.manned) == (not played)


def test_a_team_that_is_handed_over_orders_no_more_until_it_is_handed_back(
    started: Started,
) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    order = game.propose(token, "reinforce", GAO)
    game.hand_over("bamako")
    seq = game.state.seq
    game.hand_over("bamako")  # a double click
    for attempt in (lambda: game.propose(token, "strict_rules"),
                    lambda: game.withdraw(token, order.id)):  # fmt: skip
        with pytest.raises(InputError) as caught:
            attempt()
        assert caught.value.code == "SS8057"
    assert game.state.seq == seq
    assert game.see(token)["handed_over"] is True
    assert game.state.turn.orders == (order,)  # what stood stands
    game.hand_over("bamako", policy=False)
    game.withdraw(token, order.id)


def test_injects_come_when_they_may(started: Started) -> None:
    game, _ = started
    assert "turn 2" in deck(game.engine, game.state)["gao_airport"]
    with pytest.raises(InputError, match="turn 2"):
        game.inject("gao_airport")
    with pytest.raises(InputError, match="no inject") as caught:
        game.inject("gao_airprt")
    assert caught.value.hint == "did you mean 'gao_airport'?"
    play_on(game, 1, odds=False)
    game.step("next")
    game.inject("gao_airport", key="tab")
    game.inject("gao_airport", key="tab")
    with pytest.raises(InputError, match="already"):
        game.inject("gao_airport")
    game.announce({"en": "Rain.", "fr": "Pluie."}, ["niamey"])
    play_on(game, 1, odds=False)
    world = game.engine.world(game.state.branch.turns)
    given = [o for o in game.engine.names.order_log(world.orders) if o["verb"] == "close_airfield"]
    assert [(o["author"], o["day"], o["status"]) for o in given] == [("facilitator", 7, "applied")]


def test_a_branch_keeps_the_past_and_goes_its_own_way(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    play_on(game, 2, odds=False)
    main = game.state.branch
    assert game.rewind(2, "again", note="stricter") == "again"
    branch = game.state.branch
    assert (branch.parent, branch.since, branch.now.number, branch.now.phase) == (
        "main", 2, 2, "read",
    )  # fmt: skip
    assert branch.turns[0] == main.turns[0]
    game.step("write")
    game.propose(token, "reinforce", GAO)
    play_on(game, odds=False)
    assert game.state.turn.phase == "over"
    assert game.state.branches["main"] == main
    theirs = [(t.result or {})["digest"] for t in game.state.branch.played]
    ours = [(t.result or {})["digest"] for t in main.played]
    assert theirs[0] == ours[0]
    assert theirs[1] != ours[1]
    game.go_to("main")
    assert game.state.branch == main
    for wrong in ((9, ""), (1, "again"), (1, "No!"), (0, "")):
        with pytest.raises(InputError):
            game.rewind(*wrong)
    with pytest.raises(InputError, match="no branch"):
        game.go_to("agian")


def test_the_last_turn_ends_the_game(started: Started) -> None:
    game, _ = started
    assert play_on(game, odds=False) == 3
    assert game.state.turn.phase == "over"
    assert play_on(game) == 0
    with pytest.raises(InputError, match="phase 'over'"):
        game.step("next")


def test_a_directory_holds_one_game(
    folder_of: Callable[[str], tuple[Path, Keys]], small: Exercise, tmp_path: Path
) -> None:
    folder, keys = folder_of("g")
    with pytest.raises(UsageError, match="already"):
        Game.create(small, folder)
    game = Game.open(folder)
    token = game.join(keys.codes["bamako"], "Awa")
    game.propose(token, "reinforce", GAO)
    assert game.erase_names() == 1
    game.close()
    with pytest.raises(InputError, match="no game"):
        Game.open(tmp_path / "elsewhere")
