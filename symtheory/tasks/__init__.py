"""Tasks: finite tables with named operands, and where they come from."""
