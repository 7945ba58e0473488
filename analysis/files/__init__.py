"""Files of embeddings that others trained, read without pickle."""
