"""`design.toml`, schema 1: what the file may say, and the design that it becomes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from designs.datasets import Dataset
from designs.errors import DesignError
from designs.network import DesignGraph, node_name, unique_names
from designs.protocol import Model, Number
from designs.tasks import AnyTask, ClassificationTask, RegressionTask, Task
from designs.words import suggestion

DESIGN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _design_name(value: str) -> str:
    if not DESIGN_NAME.fullmatch(value):
        raise DesignError(
            "must be 1 to 64 letters, digits, '_' or '-' and start with a letter or digit, "
            "since files are named after it"
        )
    return value


def _edge(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise DesignError("must be a pair of nodes such as [6, 3]")
    return tuple(node_name(end) for end in value)


def _edges(value: object) -> object:
    """Refuses no edge and two spellings of one name; no pair is left to the next check."""
    if isinstance(value, list | tuple):
        if not value:
            raise DesignError("must hold at least one edge, such as [6, 3]")
        pairs = [pair for pair in value if isinstance(pair, list | tuple)]
        ends = [end for pair in pairs for end in pair if isinstance(end, int | str)]
        unique_names(end for end in ends if not isinstance(end, bool))
    return value


def _positions(value: object) -> object:
    if not isinstance(value, Mapping):
        raise DesignError("must be a table such as { 6 = [100, -160] }, from node to [x, y]")
    names = unique_names(value)
    return {names[str(key)]: item for key, item in value.items()}


_NODE_SCHEMA = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
EdgeKey = Annotated[
    tuple[str, str],
    BeforeValidator(_edge),
    WithJsonSchema({"type": "array", "items": _NODE_SCHEMA, "minItems": 2, "maxItems": 2}),
]
Positions = Annotated[Mapping[str, tuple[Number, Number]], BeforeValidator(_positions)]
Arguments = Annotated[Mapping[str, object], WithJsonSchema({"type": "object"})]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Mpn = Annotated[str, Field(min_length=1, max_length=60)]


class NetworkTable(Model):
    """Exactly one of `edges`, `file` and `generator`."""

    edges: Annotated[tuple[EdgeKey, ...] | None, BeforeValidator(_edges)] = Field(
        default=None, description="Pairs of nodes; a node's name is an integer or a string."
    )
    positions: Positions | None = Field(
        default=None, description="Node = [x, y] with y up, for drawings."
    )
    file: Text | None = Field(
        default=None,
        description="A .graphml, .json (node-link) or .csv (edge list) file beside this one.",
    )
    generator: Text | None = Field(default=None, description="The name of a topology.")
    arguments: Arguments | None = Field(default=None, description="The generator's arguments.")
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)] | None = Field(
        default=None, description="For generators that draw; default 0."
    )


EdgeCell = Literal["clocked_digipot", "dillavou2022"]

# One place for the parts of each edge cell; unknown part numbers are refused where circuits are
# built, since the catalogue is no business of this package.
_PARTS: Mapping[str, Mapping[str, str]] = {
    "clocked_digipot": {
        "digipot": "AD5222BRUZ100",
        "comparator": "TLV3202AIDR",
        "xor": "74LVC1G86",
        "latch": "74LVC1G79",
        "amplifier": "MCP6022",
        "driver": "OPA2350UA",
    },
    "dillavou2022": {
        "digipot": "AD5220BNZ100",
        "comparator": "LM339AN",
        "xor": "SN74HC86N",
        "latch": "SN74HC74N",
        "amplifier": "MCP6022-I/P",
        "driver": "OPA2350PA",
    },
}


def _part(slot: str, what: str) -> Any:
    """A field whose default follows the edge cell."""

    def default(data: dict[str, Any]) -> str:
        return _PARTS[_cell(data)][slot]

    return Field(default_factory=default, description=f"{what}; the default follows edge_cell.")


def _cell(data: dict[str, Any]) -> str:
    """The edge cell; some versions of pydantic ask for defaults even after it was refused."""
    return data.get("edge_cell", "clocked_digipot")


def _comparator_supply(data: dict[str, Any]) -> float:
    return 9.0 if _cell(data) == "dillavou2022" else data.get("supply_v", 5.0)


def _average_ohm(data: dict[str, Any]) -> float:
    return 10e3 if _cell(data) == "dillavou2022" else 100e3


class ElectronicsTable(Model):
    """Cells, parts and rails."""

    edge_cell: EdgeCell = "clocked_digipot"
    digipot: Mpn = _part("digipot", "The edges' variable resistors")
    comparator: Mpn = _part("comparator", "The edges' comparators")
    amplifier: Mpn = _part("amplifier", "The nodes' buffers")
    driver: Mpn = _part("driver", "Amplifier of source and target channels")
    xor: Mpn = _part("xor", "The edges' XOR gate")
    latch: Mpn = _part("latch", "The edges' flip-flops")
    supply_v: Number = Field(default=5.0, ge=1.0, le=30.0, description="The main rail.")
    comparator_supply_v: Number = Field(
        default_factory=_comparator_supply,
        ge=1.0,
        le=30.0,
        description="The comparators' rail; default supply_v (9 for dillavou2022).",
    )
    clock_hz: Number = Field(default=500.0, gt=0, le=10e6, description="Learning steps per second.")
    eta: Number = Field(
        default=0.5, gt=0, le=1, description="Nudge: V_C = eta V_desired + (1 - eta) V_F."
    )
    nudge: Literal["fixed", "adjustable"] = Field(
        default="fixed", description="eta by two resistors, or by a digipot that the host sets."
    )
    average_ohm: Number = Field(
        default_factory=_average_ohm,
        ge=1e3,
        le=10e6,
        description="Each of an edge's four averaging resistors; default 100 kohm "
        "(10 kohm for dillavou2022).",
    )
    led: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="One light per edge, on when its last step was up."
    )


Ports = Annotated[int, Field(strict=True, ge=1, le=1000)]


def _pins(value: object) -> object:
    if not isinstance(value, Mapping):
        raise DesignError(
            'must be a table such as { "edge/4-7" = [40, 25] }, from a cell to [x, y] in mm'
        )
    return value


Pins = Annotated[Mapping[Text, tuple[Number, Number]], BeforeValidator(_pins)]

MAX_BOARDS = 64


def _boards(value: object) -> object:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_BOARDS
    if not whole and value != "auto":
        raise DesignError(f'must be a whole number from 1 to {MAX_BOARDS}, or "auto"')
    return value


def _on_board(value: object) -> object:
    if not isinstance(value, Mapping):
        raise DesignError(
            'must be a table such as { "edge/4-7" = 2 }, from an edge or node to its board'
        )
    return value


Boards = Annotated[
    int | Literal["auto"],
    BeforeValidator(_boards),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_BOARDS}, {"const": "auto"}]}
    ),
]
BoardNumber = Annotated[int, Field(strict=True, ge=1, le=MAX_BOARDS)]
OnBoard = Annotated[Mapping[Text, BoardNumber], BeforeValidator(_on_board)]


class BoardTable(Model):
    """What the circuit and its layout need to know about the board."""

    layers: Literal[2, 4, 6] = 4
    fab: Literal["jlcpcb", "pcbway", "oshpark"] = "jlcpcb"
    patching: Literal["cables", "fixed"] = Field(
        default="cables",
        description="Two-wire jumpers join channels and nodes, or copper does.",
    )
    pin: Pins = Field(
        default_factory=dict,
        description="Cell = [x, y] in mm from the board's corner top left, such as "
        '"edge/4-7" = [40, 25]: its tile takes the place nearest to this point.',
    )
    boards: Boards = Field(
        default=1,
        description="Boards that the network is cut into, joined by cables; "
        '"auto": as many as the fab\'s largest board asks for.',
    )
    on_board: OnBoard = Field(
        default_factory=dict,
        description="With several boards, where an edge or all edges of a node stand, such as "
        '"edge/4-7" = 2 or "node/4" = 1; the others go where few nodes are cut.',
    )
    source_channels: Ports | None = Field(
        default=None, description="With cables; default: the most that a task needs."
    )
    target_channels: Ports | None = Field(
        default=None, description="With cables; default: the most that a task needs."
    )


class Waiver(Model):
    """One finding of the electrical rule check that is accepted, and why."""

    rule: Text
    where: Text = Field(description="The net or pin that the finding names.")
    reason: Annotated[str, Field(min_length=10, max_length=400)]


class DesignFile(Model):
    """The whole of a `design.toml`."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    name: Annotated[str, AfterValidator(_design_name)]
    title: Annotated[str, Field(max_length=200)] = ""
    network: NetworkTable
    electronics: ElectronicsTable = Field(
        default_factory=lambda: ElectronicsTable.model_validate({})
    )
    task: tuple[AnyTask, ...] = Field(min_length=1)
    board: BoardTable = Field(default_factory=BoardTable)
    erc_waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Design:
    """A design that was read, resolved and checked: what both sides of the house work from.

    Attributes:
        name, title: as in the file.
        source: the design file's path.
        graph: the explicit network, whatever way the file states it.
        electronics, board, erc_waivers: the tables, with their defaults filled in.
        tasks: in the order of the file; names are unique.
        datasets: the data of each classification task, by the task's name.
    """

    name: str
    title: str
    source: Path
    graph: DesignGraph
    electronics: ElectronicsTable
    tasks: tuple[Task, ...]
    board: BoardTable
    erc_waivers: tuple[Waiver, ...]
    datasets: Mapping[str, Dataset]

    def task(self, name: str) -> Task:
        """The task of this name.

        Raises:
            DesignError: no such task; the message lists the names.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        names = [task.name for task in self.tasks]
        raise DesignError(
            f"design {self.name} has no task {name!r}{suggestion(name, names)}; "
            f"its tasks are {', '.join(names)}"
        )

    def eta(self, task: Task) -> float:
        """The nudge of a task: its own, else the electronics'."""
        return self.electronics.eta if task.eta is None else task.eta

    def range_v(self, task: RegressionTask | ClassificationTask) -> tuple[float, float]:
        """The (low, high) volts of a task's inputs or features."""
        return (0.0, self.electronics.supply_v) if task.range_v is None else task.range_v
