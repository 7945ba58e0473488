"""Tests of metric claims: natural coordinates, right angles, diagrams."""
