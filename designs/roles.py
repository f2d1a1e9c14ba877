"""Which node plays which part in which task, and through which channel of the board."""

from dataclasses import dataclass

from designs.schema import Design
from designs.tasks import Task


@dataclass(frozen=True)
class Channels:
    """The board's channels: `SRC1`, `TGT1`, ... with cables, `SRC-N8`, `TGT-N4`, ... without."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Patch:
    """A two-wire connection (free and clamped) between a channel and a node's port."""

    channel: str
    node: str


def channels(design: Design) -> Channels:
    """Every channel that the board of a design carries, in the order of its names."""
    if design.board.patching == "fixed":
        first = design.tasks[0]
        return Channels(
            tuple(f"SRC-N{node}" for node in first.sources),
            tuple(f"TGT-N{node}" for node in first.target_nodes),
        )
    sources = design.board.source_channels or max(len(task.sources) for task in design.tasks)
    targets = design.board.target_channels or max(len(task.target_nodes) for task in design.tasks)
    return Channels(
        tuple(f"SRC{i + 1}" for i in range(sources)), tuple(f"TGT{i + 1}" for i in range(targets))
    )


def task_patches(design: Design, task: Task) -> tuple[Patch, ...]:
    """The connections that a task needs: its sources, then its targets, in the file's order.

    With cables the i-th source is joined to channel `SRC{i}` and the i-th target to `TGT{i}`;
    with fixed copper the same list says what the copper joins.
    """
    if design.board.patching == "fixed":
        pairs = [(f"SRC-N{node}", node) for node in task.sources]
        pairs += [(f"TGT-N{node}", node) for node in task.target_nodes]
    else:
        pairs = [(f"SRC{i + 1}", node) for i, node in enumerate(task.sources)]
        pairs += [(f"TGT{i + 1}", node) for i, node in enumerate(task.target_nodes)]
    return tuple(Patch(channel, node) for channel, node in pairs)


def role_nodes(design: Design) -> tuple[str, ...]:
    """The nodes that are a source or a target in any task, in the graph's order."""
    used = {node for task in design.tasks for node in (*task.sources, *task.target_nodes)}
    return tuple(node for node in design.graph.nodes if node in used)
