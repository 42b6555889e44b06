"""What a sweep says: sensitivity, scenario discovery, robustness, thresholds; values; precedent."""
