"""Training of a board through its connector pins, as a host would."""
