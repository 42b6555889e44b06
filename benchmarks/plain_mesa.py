"""The same shape as an ordinary Mesa model: plain agents, a DataCollector, no arrays, no kernels.

It is what a modeller would write first: a place, a group and a state are agents with attributes
and methods, and the day is a list of ``do`` calls. It is small because it holds six mechanisms
only, each the equation of the engine's file of the same name, in the same order of operations:

    sustainment   garrisons eat, depots fill, capitals are issued, readiness follows the stocks
    insurgency    slow latents, the Cox-Hawkes clock, quantal choice of places, excitation
    actions       size of the party, attacks on civilians, collaboration after them
    operations    operations of the states, their dead, recruits after civilian dead
    control       control, collaboration, recruitment, attrition, movement between neighbours
    displacement  people who flee

``bench_plain_mesa.reduced`` sets the engine so that only these do anything: nobody gives orders,
aircraft are away, there are no militia, partners or sieges, insurgents attack civilians alone,
nobody deserts a post. Both then draw the same keyed numbers, and their daily totals are compared
before they are timed. What is not equal: the engine still runs the code of all its other
mechanisms, which find nothing to do; this model calls the engine's compiled draws, and so is spared
hash and quantiles in Python. Both make this model look better than it is.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from sahelsim.model import draws
from sahelsim.model.draws import binomial, bounded_pareto, lognormal, normal, poisson, uniform
from sahelsim.model.parameters import Parameters
from sahelsim.model.world import World

FOOD, AMMO, FUEL = 0, 1, 2
N_STATES, N_GROUPS = 3, 3
DAYS_A_MONTH = 30.4375


def plain(group: Any) -> SimpleNamespace:
    """A parameter group with Python's own numbers and lists, which Python reads fastest."""
    return SimpleNamespace(
        **{
            name: value.tolist() if isinstance(value, np.ndarray) else float(value)
            for name, value in zip(group._fields, group, strict=True)
        }
    )


class State(mesa.Agent):
    """A state: its depot and the places of its country."""

    def __init__(self, model: PlainModel, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.depot_t = model.start.states.depot_t[index].tolist()
        self.operations_mood = 0.0
        self.places: list[Place] = []

    def fill_depot(self) -> None:
        p = self.model.sustainment
        capital = self.model.places[int(self.model.start.geography.capital[self.index])]
        if capital.holder != self.index or capital.state is not self:
            return
        men = sum(place.garrison_target for place in self.places)
        for supply in (FOOD, AMMO, FUEL):
            normal_t = men * self.model.rate_kg[supply] / 1000.0
            room = max(0.0, p.depot_full_days * normal_t - self.depot_t[supply])
            self.depot_t[supply] += min(normal_t * p.depot_inflow, room)
            wanted = p.capital_stock_days * capital.demand_t(supply)
            issue = min(max(0.0, wanted - capital.stock_t[supply]), self.depot_t[supply])
            self.depot_t[supply] -= issue
            capital.stock_t[supply] += issue


class Place(mesa.Agent):
    """A locality: garrison, stocks, control, collaboration, its dead and its displaced."""

    def __init__(self, model: PlainModel, index: int) -> None:
        super().__init__(model)
        world = model.start
        self.index = index
        self.state = model.states[int(world.geography.country[index])]
        self.state.places.append(self)
        self.region = int(world.geography.region[index])
        self.population = float(world.geography.population[index])
        self.capacity = float(world.geography.capacity[index])
        self.garrison_target = float(world.geography.garrison_target[index])
        self.own_spread = float(world.geography.own_spread[index])
        self.holder = int(world.land.holder[index])
        self.garrison = float(world.land.garrison[index])
        self.un_troops = float(world.land.un_troops[index])
        self.stock_t = world.land.stock_t[index].tolist()
        self.control = float(world.land.control[index])
        self.collaboration = float(world.land.collaboration[index])
        self.fighters = world.groups.fighters[:, index].tolist()
        self.home = world.geography.home[:, index].tolist()
        self.excitation = world.groups.excitation[:, index].tolist()
        self.neighbours: list[tuple[Place, float]] = []
        self.displaced = self.deaths = self.deaths_today = 0.0
        self.appeal = 0.0
        self.assess()

    def demand_t(self, supply: int) -> float:
        return self.garrison * self.model.rate_kg[supply] / 1000.0

    def eat(self) -> None:
        if self.garrison > 0.0:
            p = self.model.sustainment
            for supply in (FOOD, AMMO, FUEL):
                use = self.demand_t(supply)
                if supply == FOOD:
                    days = self.stock_t[FOOD] / use if use > 0.0 else math.inf
                    eaten = self.garrison * p.ration_kg / 1000.0
                    if days < p.rationing_below_days:
                        eaten *= p.rationing
                    use = eaten * (1.0 - p.local_share) + self.garrison * p.water_kg / 1000.0
                self.stock_t[supply] -= min(self.stock_t[supply], use)
        self.assess()

    def assess(self) -> None:
        if self.garrison <= 0.0:
            self.days_of_supply, self.food_days, self.readiness = 0.0, 0.0, 1.0
            return
        p = self.model.sustainment
        demands = [self.demand_t(supply) for supply in (FOOD, AMMO, FUEL)]
        days = [
            stock / demand if demand > 0.0 else math.inf
            for stock, demand in zip(self.stock_t, demands, strict=True)
        ]
        self.days_of_supply, self.food_days = min(days), days[FOOD]
        a, f = p.ready_without_ammo, p.ready_without_food
        ammo = a + (1.0 - a) * min(1.0, days[AMMO] / p.ready_ammo_days)
        food = f + (1.0 - f) * min(1.0, days[FOOD] / p.ready_food_days)
        self.readiness = min(1.0, ammo) * min(1.0, food)

    def weigh(self) -> None:
        p = self.model.insurgency
        value = 4.0 * self.control * (1.0 - self.control)
        value -= p.u_garrison * self.readiness * math.log1p(self.garrison + self.un_troops)
        value += p.u_population * math.log(self.population / p.u_population_ref)
        self.appeal = math.exp(p.choice_precision * value)

    def bury(self, dead: float) -> None:
        self.deaths += dead
        self.deaths_today += dead

    def react(self, dead: float, factor: float) -> None:
        """Collaboration moves away from the side that killed civilians."""
        jump = 1.0 - math.exp(-self.model.control.harm * dead / (0.001 * self.population))
        self.collaboration = min(max(self.collaboration + factor * jump, 0.0), 1.0)

    def operate(self) -> None:
        if self.garrison <= 0.0:
            return
        total = 0.0
        for fighters in self.fighters:
            total += fighters
        if total <= 0.0:
            return
        model, p = self.model, self.model.operations
        latent = self.state.operations_mood - 0.5 * model.insurgency.sigma_country**2
        rate = p.nu * math.exp(latent) * p.restraint_tempo[1]
        rate *= math.sqrt(self.garrison * min(self.garrison, p.men_cap)) / p.men_scale
        rate *= self.readiness * total / (total + p.half_fighters)
        for k in range(poisson(rate, model.draw(draws.STATE_OP, self.index, 0))):
            self.one_operation(total, k)

    def one_operation(self, total: float, k: int) -> None:
        model, p = self.model, self.model.operations
        mark, chosen = model.draw(draws.STATE_OP_SPLIT, self.index, 3 * k) * total, -1
        for g in range(N_GROUPS):
            if self.fighters[g] > 0.0:
                chosen = g
                mark -= self.fighters[g]
                if mark < 0.0:
                    break
        if chosen < 0:
            return
        largest = min(p.smax_fighters * total + p.smax_base, p.smax)
        u = model.draw(draws.STATE_OP_SIZE, self.index, k)
        size = bounded_pareto(p.alpha, p.smin, largest, u) * p.restraint_kills[1]
        kills = int(size + 0.5)
        mu = (p.mu0 + p.mu1 * self.collaboration) * p.restraint_mu[1]
        mu = min(max(mu, 0.0), p.mu_cap)
        seen = min(1.0, total / (p.exposed_share * self.population))
        u = model.draw(draws.STATE_OP_SPLIT, self.index, 3 * k + 1)
        insurgents = float(binomial(kills, mu + (1.0 - mu) * seen, u))
        civilians = min(kills - insurgents, p.civilian_deaths_cap)
        killed = min(insurgents, float(int(self.fighters[chosen])))
        gone = min(model.engagement.fighters_removed_per_killed * killed, self.fighters[chosen])
        self.fighters[chosen] -= gone
        model.insurgent_deaths += killed
        model.civilian_deaths += civilians
        self.bury(killed)
        self.bury(civilians)
        self.react(civilians, -1.0)
        there = self.fighters[0] + self.fighters[1] + self.fighters[2]
        if there > 0.0 and civilians > 0.0:
            for g in range(N_GROUPS):
                self.fighters[g] += model.control.theta * civilians * self.fighters[g] / there

    def change_control(self) -> None:
        p = self.model.control
        total = self.fighters[0] + self.fighters[1] + self.fighters[2]
        men = self.garrison * self.readiness
        aim = men / (men + p.fighters_weight * total + p.cushion)
        self.control = aim + (self.control - aim) * math.exp(-1.0 / p.tau_control)
        keep = math.exp(-1.0 / p.tau_collaboration)
        self.collaboration = self.control + (self.collaboration - self.control) * keep
        if total <= 0.0:
            return
        room = max(0.0, 1.0 - total / self.capacity)
        base = p.rho[self.state.index] * (1.0 - self.collaboration) * room
        for g in range(N_GROUPS):
            m = self.fighters[g]
            if m > 0.0:
                recruits = base * self.home[g] * m**p.recruitment_power * p.posture_recruitment[0]
                self.fighters[g] = m + recruits - p.attrition * m

    def flee(self) -> None:
        p = self.model.displacement
        kappa = 1.0 - (1.0 - p.adjustment_per_month) ** (1.0 / DAYS_A_MONTH)
        aim = min(p.psi[self.state.index] * self.deaths, self.population)
        self.displaced += kappa * (aim - self.displaced)


class Group(mesa.Agent):
    """An insurgent group: its latents, its events, its movement."""

    def __init__(self, model: PlainModel, index: int) -> None:
        super().__init__(model)
        self.index = index
        self.intent = float(model.start.groups.intent[index])
        self.region_mood = [0.0] * len(model.start.geography.region_country)
        self.country_mood = [0.0] * N_STATES
        self.attacks = 0

    def attack(self) -> None:
        model, p, g = self.model, self.model.insurgency, self.index
        self.attacks = 0
        keep = math.exp(-1.0 / p.hawkes_days)
        total = weight = 0.0
        for place in model.places:
            total += place.fighters[g]
            weight += place.fighters[g] * place.appeal
        counts = [0] * len(model.places)
        if total > 0.0:
            variance = p.sigma_region**2 + p.sigma_country**2 + p.sigma_day**2
            shocks = []
            for s in range(N_STATES):
                shock = p.sigma_day * normal(model.draw(draws.DAY_SHOCK, s * N_GROUPS + g, 0))
                shocks.append(shock - 0.5 * variance + self.country_mood[s])
            base = (1.0 - p.hawkes_n) * p.nu * model.season()
            base *= self.intent * p.intent[g] * total / weight
            base *= p.posture_rate[0]
            moods = [
                math.exp(mood + shocks[s])
                for mood, s in zip(self.region_mood, model.region_country, strict=True)
            ]
            for place in model.places:
                rate = p.hawkes_n * place.excitation[g]
                if place.fighters[g] > 0.0:
                    rate += base * place.fighters[g] * place.appeal * moods[place.region]
                if rate > 0.0:
                    u = model.draw(draws.EVENT_COUNT, place.index * N_GROUPS + g, 0)
                    counts[place.index] = poisson(rate, u)
                    for k in range(counts[place.index]):
                        self.attack_civilians(place, k)
        for place in model.places:
            place.excitation[g] *= keep
        for place in model.places:
            if counts[place.index] > 0:
                amount = (1.0 - keep) * counts[place.index]
                place.excitation[g] += place.own_spread * amount
                away = (1.0 - place.own_spread) * amount
                for neighbour, share in place.neighbours:
                    neighbour.excitation[g] += away * share

    def attack_civilians(self, place: Place, k: int) -> None:
        model, p, g = self.model, self.model.insurgency, self.index
        entity = place.index * N_GROUPS + g
        near = 0.0
        for neighbour, share in place.neighbours:
            near += share * neighbour.fighters[g]
        local = place.fighters[g]
        largest = p.smax_base + p.smax_share * (local + p.smax_neighbours * near)
        size = bounded_pareto(p.alpha, p.smin, largest, model.draw(draws.PARTY_SIZE, entity, k))
        party = float(int(min(size * p.posture_party[0], local + near) + 0.5))
        if party < 1.0:
            return
        sd = model.engagement.surprise_sd
        z = lognormal(-0.5 * sd * sd, sd, model.draw(draws.SURPRISE, entity, k))
        z = min(model.engagement.surprise_cap, z)
        mean = p.civilian_deaths * party * z
        dead = float(poisson(mean, model.draw(draws.CIVILIAN, entity, k)))
        dead = min(dead, p.civilian_deaths_cap)
        model.civilian_deaths += dead
        place.bury(dead)
        place.react(dead, model.control.harm_by_insurgents)
        self.attacks += 1

    def move(self) -> None:
        model, p, g = self.model, self.model.control, self.index
        share = 1.0 - math.exp(-N_GROUPS * p.movement * p.posture_movement[0])
        massing = p.posture_massing[0]
        pull = []
        for place in model.places:
            value = place.home[g] * math.exp(p.pull * (1.0 - place.control))
            if massing != 0.0:
                value *= (1.0 + place.fighters[g]) ** massing
            pull.append(value)
        change = [0.0] * len(pull)
        for place in model.places:
            m = place.fighters[g]
            if m <= 0.0:
                continue
            total = 0.0
            for neighbour, weight in place.neighbours:
                total += weight * pull[neighbour.index]
            if total <= 0.0:
                continue
            out = share * m
            change[place.index] -= out
            out /= total
            for neighbour, weight in place.neighbours:
                change[neighbour.index] += out * weight * pull[neighbour.index]
        for place in model.places:
            place.fighters[g] = max(0.0, place.fighters[g] + change[place.index])


class PlainModel(mesa.Model):
    """The day in plain Mesa.

    Args:
        start: The World of a reduced template on day 0; it is only read.
        parameters: The parameters of that template.
        by_place: Also collect six attributes of every place a day, as the engine does.
    """

    def __init__(self, start: World, parameters: Parameters, *, by_place: bool = True) -> None:
        super().__init__(seed=1)
        self.start = start
        self.day = 0
        self.civilian_deaths = self.insurgent_deaths = 0.0
        for name in (
            "sustainment", "insurgency", "engagement", "operations", "control", "displacement",
        ):  # fmt: skip
            setattr(self, name, plain(getattr(parameters, name)))
        p = self.sustainment
        food = p.ration_kg * 1.0 * (1.0 - p.local_share) + p.water_kg
        self.rate_kg = (food, p.ammo_kg, p.fuel_kg + p.other_kg)
        self.region_country = start.geography.region_country.tolist()
        self.states = [State(self, s) for s in range(N_STATES)]
        self.groups = [Group(self, g) for g in range(N_GROUPS)]
        self.places = [Place(self, i) for i in range(len(start.geography.country))]
        geo = start.geography
        for place in self.places:
            edges = range(int(geo.near_start[place.index]), int(geo.near_start[place.index + 1]))
            place.neighbours = [
                (self.places[int(geo.near[edge])], float(geo.near_share[edge])) for edge in edges
            ]
        self.datacollector = mesa.DataCollector(
            model_reporters=MODEL_REPORTERS,
            agenttype_reporters={Place: PLACE_REPORTERS} if by_place else None,
        )

    def draw(self, process: int, entity: int, k: int) -> float:
        return uniform(self.start.clock.key, process, self.day, entity, k)

    def season(self) -> float:
        first = int(self.start.clock.start_doy[0])
        p = self.insurgency
        doy = (first - 1 + self.day) % 365 + 1
        angle = 2.0 * math.pi * (doy - p.season_peak_doy) / 365.0
        return 1.0 + p.season_amplitude * math.cos(angle)

    def drift(self) -> None:
        """Step the slow latents of groups by region, and of groups and states by country."""
        p = self.insurgency
        keep = math.exp(-1.0 / p.tau_latent) if self.day > 0 else 0.0
        fresh = math.sqrt(1.0 - keep * keep)
        for group in self.groups:
            for z, mood in enumerate(group.region_mood):
                u = self.draw(draws.OU_REGION, z * N_GROUPS + group.index, 0)
                group.region_mood[z] = mood * keep + p.sigma_region * fresh * normal(u)
        for s, state in enumerate(self.states):
            for g in range(N_GROUPS + 1):
                u = self.draw(draws.OU_COUNTRY, s * (N_GROUPS + 1) + g, 0)
                step = p.sigma_country * fresh * normal(u)
                if g < N_GROUPS:
                    group = self.groups[g]
                    group.country_mood[s] = group.country_mood[s] * keep + step
                else:
                    state.operations_mood = state.operations_mood * keep + step

    def step(self) -> None:
        self.civilian_deaths = self.insurgent_deaths = 0.0
        places = self.agents_by_type[Place]
        self.drift()
        self.agents_by_type[State].do("fill_depot")
        places.do("eat")
        places.do("weigh")
        self.agents_by_type[Group].do("attack")
        places.do("operate")
        places.do("change_control")
        self.groups[self.day % N_GROUPS].move()
        places.do("flee")
        self.datacollector.collect(self)
        for place in self.places:
            place.deaths_today = 0.0
        self.day += 1


def _mean_days_of_supply(model: PlainModel) -> float:
    men = sum(place.garrison for place in model.places)
    days = sum(place.garrison * min(place.days_of_supply, 365.0) for place in model.places)
    return days / men if men > 0.0 else 0.0


def _hungry(model: PlainModel) -> int:
    return sum(place.garrison > 0.0 and place.food_days <= 0.0 for place in model.places)


MODEL_REPORTERS = {
    "civilian_deaths": "civilian_deaths",
    "insurgent_deaths": "insurgent_deaths",
    "attacks": lambda model: sum(group.attacks for group in model.groups),
    "fighters": lambda model: sum(sum(place.fighters) for place in model.places),
    "garrison": lambda model: sum(place.garrison for place in model.places),
    "garrisons_without_food": _hungry,
    "days_of_supply": _mean_days_of_supply,
    "displaced": lambda model: sum(place.displaced for place in model.places),
    "localities_held": lambda model: sum(p.holder == p.state.index for p in model.places),
}
PLACE_REPORTERS = {
    "holder": "holder",
    "control": "control",
    "garrison": "garrison",
    "fighters": lambda place: sum(place.fighters),
    "days_of_supply": "days_of_supply",
    "deaths": "deaths_today",
}
