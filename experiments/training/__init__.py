"""Training: one network or many seeds in lockstep, its log, its run folder."""
