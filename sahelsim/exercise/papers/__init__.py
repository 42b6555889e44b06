"""The papers of a class: briefs, cards, sheets, the facilitator's script, seat slips."""
