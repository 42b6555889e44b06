"""Floor 5: observed conflict data, stylised facts, fitting, forecasts and their scores."""
