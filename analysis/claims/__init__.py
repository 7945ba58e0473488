"""Tests of claims: one file a claim, one loop that judges them."""
