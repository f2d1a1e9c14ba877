"""Training of each kind of task through the connector pins, one file per kind."""
