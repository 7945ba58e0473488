"""From a Run or an array to verdicts and figures; numpy and scipy, never torch."""
