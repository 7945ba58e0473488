"""Optimizers: AdamW, Muon and the controls of published speedups."""
