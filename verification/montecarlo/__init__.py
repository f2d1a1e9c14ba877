"""Boards drawn from their parts' tolerances: how many learn, and what keeps the others from it."""
