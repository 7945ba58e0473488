"""Wording of relations: their maps of labels as formulas, in text and LaTeX."""
