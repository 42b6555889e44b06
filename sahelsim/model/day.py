"""The day, written out: the fixed order of mechanisms.

A day is three calls: :func:`begin_day` (what nobody decides), :func:`decide` for every actor, and
:func:`finish_day` (orders take effect and the day runs). :func:`run_days` strings whole days
together in one compiled call; a model with Python agents makes the same calls one by one.
``PHASES`` lists what happens in order, and a test holds it to the source below.
"""

from __future__ import annotations

from sahelsim.model.apply import apply_orders
from sahelsim.model.decisions.airlift import decide_airlift
from sahelsim.model.decisions.convoy import decide_convoy
from sahelsim.model.decisions.insurgent import decide_posture
from sahelsim.model.decisions.reinforcement import decide_reinforcement
from sahelsim.model.decisions.support import decide_support
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.airlift import flights_day
from sahelsim.model.mechanisms.alliance import alliance_week
from sahelsim.model.mechanisms.control import control_day
from sahelsim.model.mechanisms.convoy import moves_day
from sahelsim.model.mechanisms.displacement import displacement_day
from sahelsim.model.mechanisms.holder import holder_day
from sahelsim.model.mechanisms.insurgency import insurgency_day, latents_day
from sahelsim.model.mechanisms.maintenance import maintenance_day
from sahelsim.model.mechanisms.militia import militia_day
from sahelsim.model.mechanisms.operations import operations_day
from sahelsim.model.mechanisms.partners import partners_day
from sahelsim.model.mechanisms.politics import politics_day, politics_week
from sahelsim.model.mechanisms.reinforcement import reinforce_day
from sahelsim.model.mechanisms.siege import siege_day
from sahelsim.model.mechanisms.sustainment import sustain_day
from sahelsim.model.mechanisms.weather import weather_day
from sahelsim.model.parameters import Parameters
from sahelsim.model.recording import record_day
from sahelsim.model.world import World
from sahelsim.theatre.actors import FIRST_GROUP, N_ACTORS, N_GROUPS, N_STATES

PHASES: tuple[tuple[str, str], ...] = (
    ("weather_day", "Weather opens and shuts airfields, region by region."),
    ("latents_day", "The slow moods behind violence drift."),
    ("decide", "States and groups propose orders; people may replace them."),
    ("apply_orders", "Every order is checked; refusals keep their reason; the rest take effect."),
    ("flights_day", "Aircraft load, fly their legs, meet the threat, unload, break."),
    ("moves_day", "Convoys and columns march, are ambushed, arrive, fight for places."),
    ("reinforce_day", "Men leave the reserve by open road for garrisons below strength."),
    ("sustain_day", "Garrisons eat, buy, run short, go hungry; the wounded return."),
    ("insurgency_day", "Insurgent groups attack: garrisons, patrols, civilians, rivals."),
    ("operations_day", "States operate against insurgents; some of the dead are civilians."),
    ("militia_day", "Pro-state militia act."),
    ("siege_day", "Sieges begin and end."),
    ("holder_day", "Undefended places change hands."),
    ("control_day", "Control and collaboration follow force; groups recruit, lose and move men."),
    ("displacement_day", "People flee and, in part, return."),
    ("partners_day", "Partners and the joint force act through named effects."),
    ("politics_day", "Elite crises, where they are switched on."),
    ("alliance_week", "Once a week: loans are credited, trust and burdens age."),
    ("politics_week", "Once a week: domestic pressure moves."),
    ("maintenance_day", "Repairs go on; who is mission-capable is counted."),
    ("record_day", "The day is written down."),
)
WEEK = 7


@kernel
def begin_day(w: World, p: Parameters) -> None:
    """The morning: weather and slow latent moods."""
    weather_day(w.clock, w.geography, w.airfields, w.fields, p.weather)
    latents_day(w.clock, w.groups, p.insurgency)


@kernel
def decide(w: World, p: Parameters, actor: int) -> None:
    """Let the built-in policy of one actor propose today's orders; others propose none."""
    weekly = w.clock.day[0] % WEEK == 0
    if actor < N_STATES:
        decide_airlift(
            w.clock,
            w.geography,
            w.airfields,
            w.types,
            w.land,
            w.groups,
            w.states,
            w.fleet,
            w.fields,
            w.orders,
            p.airlift,
            p.sustainment,
            p.threat,
            actor,
        )
        decide_convoy(
            w.clock,
            w.geography,
            w.land,
            w.groups,
            w.states,
            w.moves,
            w.orders,
            p.convoy,
            p.sustainment,
            p.insurgency.truce_factor,
            actor,
        )
        if weekly:
            decide_reinforcement(
                w.clock,
                w.geography,
                w.land,
                w.groups,
                w.states,
                w.orders,
                p.reinforcement,
                p.politics,
                actor,
            )
            decide_support(
                w.clock,
                w.geography,
                w.airfields,
                w.types,
                w.land,
                w.groups,
                w.states,
                w.fleet,
                w.fields,
                w.orders,
                p.airlift,
                p.alliance,
                p.politics,
                actor,
            )
    elif FIRST_GROUP <= actor < FIRST_GROUP + N_GROUPS and weekly:
        decide_posture(
            w.clock,
            w.geography,
            w.land,
            w.groups,
            w.orders,
            p.insurgency,
            p.engagement,
            actor - FIRST_GROUP,
        )


@kernel
def finish_day(w: World, p: Parameters) -> None:
    """Carry out the orders and run the rest of the day; the clock then shows the next day."""
    apply_orders(w, p)
    flights_day(
        w.clock,
        w.geography,
        w.airfields,
        w.types,
        w.routes,
        w.land,
        w.groups,
        w.states,
        w.fleet,
        w.fields,
        w.ledger,
        w.events,
        p.airlift,
        p.threat,
        p.maintenance,
        p.observation,
        p.sustainment,
        p.partners,
        p.politics,
    )
    moves_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.moves,
        w.ledger,
        w.events,
        p.convoy,
        p.sustainment,
        p.engagement,
        p.holder,
        p.insurgency.truce_factor,
    )
    reinforce_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.ledger,
        w.events,
        p.reinforcement,
        p.holder,
        p.politics,
    )
    sustain_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.ledger,
        w.events,
        p.sustainment,
        p.engagement,
        p.holder,
        p.politics,
    )
    insurgency_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.ledger,
        w.events,
        p.insurgency,
        p.engagement,
        p.control,
    )
    operations_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.ledger,
        w.events,
        p.operations,
        p.insurgency,
        p.engagement,
        p.control,
        p.partners,
    )
    militia_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.ledger,
        w.events,
        p.militia,
        p.insurgency,
        p.engagement,
        p.control,
    )
    siege_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.orders,
        w.ledger,
        w.events,
        p.siege,
        p.engagement,
    )
    holder_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.ledger,
        w.events,
        p.holder,
        p.engagement,
    )
    control_day(w.clock, w.geography, w.land, w.groups, w.ledger, p.control, p.engagement)
    displacement_day(w.geography, w.land, p.displacement)
    partners_day(w.clock, w.geography, w.land, w.states, w.events, p.partners)
    politics_day(w.clock, w.geography, w.states, w.events, p.politics)
    if w.clock.day[0] % WEEK == WEEK - 1:
        alliance_week(w.clock, w.geography, w.states, w.fleet, w.ledger, w.events, p.alliance)
        politics_week(w.clock, w.geography, w.land, w.states, p.politics)
    maintenance_day(w.types, w.fleet, p.maintenance)
    record_day(
        w.clock,
        w.geography,
        w.airfields,
        w.land,
        w.groups,
        w.states,
        w.fleet,
        w.fields,
        w.ledger,
        w.events,
        w.history,
        p.alliance,
        p.partners,
    )
    w.clock.day[0] += 1


@kernel
def run_days(w: World, p: Parameters, days: int) -> None:
    """Run whole days with the built-in policies of every actor whose ``policy`` flag is set."""
    for _ in range(days):
        begin_day(w, p)
        for actor in range(N_ACTORS):
            if w.orders.policy[actor] == 1:
                decide(w, p, actor)
        finish_day(w, p)
