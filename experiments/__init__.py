"""From a Theory to a trained Run; the only layer that imports torch."""
