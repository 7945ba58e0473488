"""Sweeps: many runs from one specification file."""
