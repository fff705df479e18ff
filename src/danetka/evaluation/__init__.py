"""How good answers are, said honestly: scores, baselines, thresholds."""
