"""Relations between answers: training losses and diagnostics, with their closure."""
