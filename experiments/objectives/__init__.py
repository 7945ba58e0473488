"""Losses: cross-entropy, and relations of the task."""
