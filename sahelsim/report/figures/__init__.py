"""The figures: pure functions from tables to Plotly figures, one file a subject."""
