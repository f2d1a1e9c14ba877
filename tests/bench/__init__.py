"""`make bench`: how fast the simulation is, beside what else could do its work."""
