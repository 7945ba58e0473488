"""Stand-in."""

PRIORS = {}
