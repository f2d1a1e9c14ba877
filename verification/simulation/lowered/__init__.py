"""The lowered learning step: a circuit that is a pair of twin networks, as a few dense tables."""
