"""Statistics shared by all tests: nulls, corrections, decisions over claims and seeds."""
