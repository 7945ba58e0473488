"""Finite groups on Cayley tables, and their named families."""
