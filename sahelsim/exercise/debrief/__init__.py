"""After the game: what each decision did, how lucky it was, and whom it harmed, on one page."""
