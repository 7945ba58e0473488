"""Connected graphs as metric spaces: distances, factors, automorphisms and cut embeddings."""
