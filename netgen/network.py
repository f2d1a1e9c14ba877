"""LearningNetwork: the graph of a design and what its nodes are for. No electronics here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from designs import Design
from designs.network import Edge, Position


class Role(Enum):
    """What a node is in a task."""

    SOURCE = "source"
    TARGET = "target"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class LearningNetwork:
    """The network that a board carries.

    Attributes:
        nodes: names, in the design's order.
        edges: pairs of nodes, in the design's order, which is the enable chain's.
        sources: source nodes of each task, by the task's name, in the order of the channels.
        targets: target nodes of each task, likewise.
        positions: (x, y) with y up, or None where the design has none.
    """

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    sources: Mapping[str, tuple[str, ...]]
    targets: Mapping[str, tuple[str, ...]]
    positions: Mapping[str, Position] | None

    @classmethod
    def from_design(cls, design: Design) -> "LearningNetwork":
        """The network of a design."""
        return cls(
            nodes=design.graph.nodes,
            edges=design.graph.edges,
            sources={task.name: tuple(task.sources) for task in design.tasks},
            targets={task.name: tuple(task.target_nodes) for task in design.tasks},
            positions=design.graph.positions,
        )

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks."""
        return tuple(self.sources)

    def role(self, node: str, task: str) -> Role:
        """What a node is in a task."""
        if node in self.sources[task]:
            return Role.SOURCE
        return Role.TARGET if node in self.targets[task] else Role.HIDDEN
