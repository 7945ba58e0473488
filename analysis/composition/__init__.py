"""Networks that compose in a group: what their hidden units and their logits are."""
