"""Text of a theory: terminal, LaTeX, HTML and JSON."""
