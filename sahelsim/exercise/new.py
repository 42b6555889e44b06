"""A commented template to begin an exercise from."""

from __future__ import annotations

from pathlib import Path

from sahelsim.base.new_file import begin_file, title_of
from sahelsim.exercise.loading import SUFFIX
from sahelsim.scenario import load_scenario

MARKER = SUFFIX.removesuffix(".yaml")

TEMPLATE = """\
# yaml-language-server: $schema=./exercise.schema.json
# Write that file with:  sahelsim exercise schema > exercise.schema.json
# Check this file:  sahelsim exercise check {file}
# Let it play:      sahelsim exercise bots {file}
# All keys:         docs/reference/exercise-format.md

exercise: 1
id: {id}
title: {{en: {title}, fr: {title}}}
content_note:
  en: A conflict that goes on, with civilian victims. What the model shows is no forecast.
  fr: Un conflit en cours, avec des victimes civiles. Le modèle ne prédit rien.
objectives:
  first:
    en: Replace this by what participants should be able to do afterwards.
    fr: Remplacez ceci par ce que les participants doivent savoir faire ensuite.
debrief:                     # questions for the class after the game
  other_way:
    en: Which order would you not give again, and what did you know when you gave it?
    fr: Quel ordre ne donneriez-vous plus, et que saviez-vous en le donnant ?

scenario: {scenario}

clock:
  turn: week                 # week or month
  turns: 3
  minutes: {{read: 2, write: 7, locked: 2, results: 3}}
  late: policy               # or hold: what an unfinished team's empty slots become at the lock
  rehearsal: false           # true: the first turn once for practice, before it counts

adjudication:
  style: semi-rigid          # rigid, semi-rigid (the umpire may shift odds) or matrix
  futures: 200               # futures of a turn behind the odds
  order_by: population_held_share   # the dice choose a percentile of this outcome
  questions:
    civilians:
      text: {{en: more than 50 civilians are killed, fr: plus de 50 civils sont tués}}
      when: gained(civilian_deaths) > 50

forecasts:                   # what teams put a probability to, from turn to turn
  gao_end:
    text: {{en: Mali holds Gao when the exercise ends., fr: Le Mali tient Gao à la fin de l'exercice.}}
    resolves: holds(mli, gao) at end

messages: {{between_teams: true, per_turn: 30}}

teams:
  bamako:
    name: {{en: Bamako, fr: Bamako}}
    brief:                   # who the team is; printed on its brief
      en: You are the transition authorities of Mali and its armed forces.
      fr: Vous êtes les autorités de transition du Mali et ses forces armées.
    actors: [mli]
    slots: 2                 # orders a turn
    budget: {{political: 3}}
    income: {{political: 1}}   # added as each further turn begins
    cards: [reinforce, strict_rules, declare]
    aims:                    # the weights add up to 100
      people:
        text: {{en: People live in places that the states hold., fr: La population vit dans des localités tenues par les États.}}
        metric: population_held_share
        scale: [0.8, 1]
        weight: 60
      civilians:
        text: {{en: States kill no civilians., fr: Les États ne tuent pas de civils.}}
        metric: civilian_deaths_by_states
        scale: [100, 0]
        weight: 40
  niamey:
    name: {{en: Niamey, fr: Niamey}}
    actors: [ner]
    budget: {{political: 3}}
    cards: [reinforce, lend_aircraft, declare]
    aims:
      home:
        text: {{en: Niger holds its own places., fr: Le Niger tient ses localités.}}
        metric: localities(ner)
        scale: [20, 31]
        weight: 100

cards:                       # all orders: sahelsim facts orders
  reinforce:
    text: {{en: Raise the strength of a garrison., fr: Renforcer une garnison.}}
    verb: reinforce
    choose: {{destination: any, men: [50, 300]}}
  strict_rules:
    text: {{en: Order strict rules of engagement., fr: Ordonner des règles d'engagement strictes.}}
    verb: restraint
    fixed: {{level: strict}}
    cost: {{political: 1}}
  lend_aircraft:
    text: {{en: Lend Mali an aircraft., fr: Prêter un avion au Mali.}}
    verb: lend_tail
    fixed: {{to: mli, route: GABS-GAGO-GATS-DRRN-GABS}}
    choose: {{tail: [5U-MBH, 5U-MMS, 5U-MTU], rotations_per_week: [0.5, 4]}}
    cost: {{political: 1}}
  declare:
    text: {{en: Make a public statement., fr: Faire une déclaration publique.}}
    verb: declare

injects:
  gao_airport:
    text: {{en: Gao airport is shut for a week., fr: L'aéroport de Gao est fermé pendant une semaine.}}
    event: E024
    at: 2
    orders:
      - {{actor: world, verb: close_airfield, airfield: GAGO, days: 7}}
"""  # noqa: E501


def write_new(path: Path, scenario: str = "documented-2023", *, force: bool = False) -> Path:
    """Write a new exercise file and return its path.

    Raises:
        InputError: the scenario does not exist or is invalid.
        UsageError, EnvironmentFault: as :func:`sahelsim.base.new_file.begin_file` has it.
    """
    load_scenario(scenario)

    def text(id: str, file: Path) -> str:
        return TEMPLATE.format(file=file, id=id, title=title_of(id), scenario=scenario)

    return begin_file(path, "an exercise", text, force=force, marker=MARKER)
