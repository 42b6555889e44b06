"""Pages of analyses: each answers one question in a sentence, then a picture, then the numbers."""
