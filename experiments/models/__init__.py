"""Networks: transformers and multilayer perceptrons on the cells of a table."""
