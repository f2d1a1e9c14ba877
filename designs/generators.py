"""The generator that a design names, run with the arguments that it gives."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from designs.errors import DesignError
from designs.network import UncheckedGraph
from designs.places import Place
from designs.random_topologies import RANDOM
from designs.refusals import refuse_table
from designs.schema import NetworkTable
from designs.topologies import REGULAR, Topology
from designs.words import listed, suggestion

GENERATORS: Mapping[str, type[Topology]] = MappingProxyType({**REGULAR, **RANDOM})


def generate(network: NetworkTable, place: Place) -> UncheckedGraph:
    """The network that `network.generator` draws.

    Raises:
        DesignError: unknown generator, or arguments that it cannot use.
    """
    name = network.generator or ""
    if name not in GENERATORS:
        raise place.refusal(
            f"network.generator {name!r} is not known{suggestion(name, GENERATORS)}; "
            f"the generators are {listed(GENERATORS, 20)}",
            "network",
            "generator",
        )
    arguments = _with_seed(network, name, place)
    model = GENERATORS[name]
    try:
        return model.model_validate(arguments).build()
    except ValidationError as error:
        raise refuse_table(error, model, arguments, place, ("network", "arguments")) from None
    except DesignError as error:
        raise place.refusal(
            f"network.arguments of {name}: {error}", "network", "arguments"
        ) from None


def _with_seed(network: NetworkTable, name: str, place: Place) -> dict[str, object]:
    """The arguments, with the seed that may also stand beside them."""
    arguments = dict(network.arguments or {})
    if network.seed is None:
        return arguments
    if name not in RANDOM:
        raise place.refusal(
            f"network.seed is given, but {name} draws nothing: remove it", "network", "seed"
        )
    if "seed" in arguments:
        raise place.refusal(
            "network.seed and network.arguments.seed are both given; keep one", "network", "seed"
        )
    return {**arguments, "seed": network.seed}
