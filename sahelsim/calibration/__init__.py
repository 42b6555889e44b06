"""Calibration: the observed record, forecasts of monthly deaths and their honest scores."""
