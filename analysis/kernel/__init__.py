"""Tests of what the answer kernel predicts."""
