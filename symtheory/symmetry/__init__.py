"""What is derived from a table alone: isotopism, symmetries, orbitals, relations."""
