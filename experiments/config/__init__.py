"""Frozen settings of a training, and the tables that they are read from."""
