"""The JSON API: what it says of itself is true, whoever asks and whatever is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from sahelsim.exercise.web.guard import HEADERS
from tests.exercise.web.conftest import Class

EXAMPLES = settings(
    max_examples=4, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.filter_too_much],
)  # fmt: skip
BEARERS: dict[str, str] = {}
# A body may be well formed and yet refused: the rules of the game say when. And `ignored_auth`
# sends requests of its own, which this test does with three credentials.
LENIENT = [schemathesis.checks.positive_data_acceptance, schemathesis.checks.ignored_auth]


@pytest.fixture(scope="module")
def api(opening: Any) -> Iterator[Any]:
    """The schema of a served game, with a seat and a facilitator."""
    served: Class = opening()
    served.game.step("write")
    token = served.game.join(served.keys.codes["bamako"], "Awa")
    BEARERS["nobody"] = ""
    BEARERS["player"] = f"{served.room.id}.{token}"
    BEARERS["facilitator"] = f"{served.room.id}.{served.keys.facilitator}"
    # Made-up codes are wrong codes: their limit is looked at elsewhere.
    served.app.state.porter.guesses.barred = lambda _: False
    served.app.state.porter.guesses.delay_s = lambda _: 0.0
    served.app.state.porter.writes.most = 10**9
    yield schemathesis.openapi.from_asgi("/openapi.json", served.app)
    served.app.state.porter.hall.close()


def test_answers_are_those_described(api: Any) -> None:
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 25
    for operation in operations:

        @EXAMPLES
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def well_formed(case: Any) -> None:
            look(case)

        @EXAMPLES
        @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        def malformed(case: Any) -> None:
            look(case)

        well_formed()
        if operation.method != "get":
            malformed()


def look(case: Any) -> None:
    """Send a request with every credential, and check the answer against the description."""
    for bearer in BEARERS.values():
        answer = case.call(headers={"Authorization": f"Bearer {bearer}"} if bearer else {})
        case.validate_response(answer, excluded_checks=LENIENT)
        assert answer.status_code < 500
        for name in HEADERS:
            assert name.lower() in answer.headers


def test_a_game_is_played_over_the_api(writing: Class) -> None:
    web = writing.visitor()
    joined = web.request(
        "POST", "/api/join", json={"code": writing.keys.codes["bamako"], "name": "Awa"}
    ).json()
    seat = {"Authorization": f"Bearer {joined['bearer']}"}
    led = web.request("POST", "/api/lead", json={"key": writing.keys.facilitator}).json()
    lead = {"Authorization": f"Bearer {led['bearer']}"}
    order = {"card": "reinforce", "arguments": {"destination": "gao", "men": 100}, "key": "k"}
    first = web.request("POST", "/api/order", json=order, headers=seat).json()
    assert web.request("POST", "/api/order", json=order, headers=seat).json() == first
    assert [o["id"] for o in web.get("/api/picture", headers=seat).json()["orders"]] == [
        first["order"]
    ]
    for what in ("lock", "odds", "roll", "play"):
        answer = web.request("POST", "/api/white/step", json={"what": what}, headers=lead)
        assert answer.status_code == 200, answer.text
    assert web.get("/api/picture", headers=seat).json()["history"][0]["turn"] == 1
    assert web.get("/api/white/picture", headers=lead).json()["phase"] == "results"
    refused = web.request("POST", "/api/order", json=order | {"key": "l"}, headers=seat)
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "SS8010"


@pytest.mark.parametrize(
    "body",
    [
        {"card": "reinforce", "arguments": {}, "team": "niamey"},
        {"card": "reinforce", "arguments": {"men": [1]}},
        {"card": 7},
        {"arguments": {}},
        {"card": "reinforce", "arguments": {"men": True, "destination": "gao"}},
        {"card": "reinforce", "arguments": {"men": 1e400, "destination": "gao"}},
        [],
        "x",
        None,
    ],
)
def test_a_malformed_body_is_refused_with_the_field(writing: Class, body: Any) -> None:
    web = writing.visitor()
    token = writing.game.join(writing.keys.codes["bamako"], "Awa")
    before = writing.seq
    seat = {"Authorization": f"Bearer {writing.room.id}.{token}"}
    answer = web.request("POST", "/api/order", content=json.dumps(body), headers=seat)
    assert answer.status_code == 422
    assert answer.json()["ok"] is False
    assert writing.seq == before


def test_the_busy_model_is_said_with_503(writing: Class) -> None:
    jobs = writing.room.jobs
    jobs._waiting[writing.room.id] = 99
    lead = {"Authorization": f"Bearer {writing.room.id}.{writing.keys.facilitator}"}
    writing.game.step("lock")
    answer = writing.visitor().request(
        "POST", "/api/white/step", json={"what": "odds"}, headers=lead
    )
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "SS8066"
    jobs._waiting.clear()
