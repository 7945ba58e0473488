"""Combinatorics of tables and permutations: automorphism search, orbitals, partitions, lattices."""
