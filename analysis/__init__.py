"""Analysis of a run, or of anyone's arrays: verdicts and figures, with numpy and never torch."""
