"""Tests of the claims about orders: held-out axes, additivity, grids, lines."""
