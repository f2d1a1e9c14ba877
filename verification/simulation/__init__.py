"""From a MixedCircuit to a compiled machine that settles, latches and steps."""
