"""Statistics of many runs: times to generalization, survival, speedup, early warnings."""
