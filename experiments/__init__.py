"""Training layer: from a Theory to a trained Run; the only one that imports torch."""
