"""Finite orders: products of chains and posets, and what is asked of them."""
