"""From a MixedCircuit to a compiled machine that settles, latches and steps."""

from verification.simulation.kernel_cache import watch_all_sources

watch_all_sources()
