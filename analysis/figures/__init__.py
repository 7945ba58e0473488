"""Figures for papers: vector, colour-blind safe, with their data beside them."""
