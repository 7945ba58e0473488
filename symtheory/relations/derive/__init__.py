"""Derivation of the relations that a table obeys, from its structure and symmetries."""
