"""Tests of the symmetry of a point cloud: spectrum, Gram law, template, ablation."""
