"""Pictures of a training: the error curve, and the network with voltages and resistances."""

from verification.plots.curve import write_error_curve
from verification.plots.network import write_network

__all__ = ["write_error_curve", "write_network"]
