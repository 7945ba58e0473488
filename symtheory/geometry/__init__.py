"""Predicted geometry of each operand."""
