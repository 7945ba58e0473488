"""Predicted geometry of each embedding: invariant Gram matrices and their isotypic blocks."""
