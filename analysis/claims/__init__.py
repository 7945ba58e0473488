"""Verdicts on one network: the list of all tests, what they find, and one loop that judges."""
