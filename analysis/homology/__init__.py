"""Persistent homology of learned clouds against that of their templates."""
