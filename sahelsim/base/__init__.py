"""Floor 0: errors and their catalogue, YAML with line marks, suggestions, shipped files."""
