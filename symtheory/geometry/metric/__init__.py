"""Geometry that follows from a metric: natural coordinates, spectra, right angles."""
