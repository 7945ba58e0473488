"""Connected graphs as metric spaces: distances, prime factors and isometries."""
