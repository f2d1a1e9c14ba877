"""From a name, a folder or a file to a checked Design."""

import re
import tomllib
from pathlib import Path

from pydantic import ValidationError

from designs.errors import DesignError
from designs.network import DesignGraph, UncheckedGraph
from designs.places import Place
from designs.refusals import refuse_table
from designs.rules import check_design, check_paths, read_datasets
from designs.schema import Design, DesignFile, NetworkTable
from designs.source import read_text
from designs.words import listed, suggestion

DESIGN_LIMIT_BYTES = 1_000_000
# tomllib's time grows with the square of the length of one dotted key.
_DOTS_LIMIT = 32

_HERE = Path(__file__).resolve().parent


def load_design(spec: str | Path) -> Design:
    """Reads, resolves and checks a design.

    Args:
        spec: a ready design's name, a folder that holds a `design.toml`, or such a file. A ready
            name wins over a folder of the same name; `./name` means the folder.

    Raises:
        DesignError: anything that keeps the design from being used; the message is for the user.
    """
    path = find_design(spec)
    return design_from_text(read_text(path, "design file", DESIGN_LIMIT_BYTES), path)


def design_from_text(text: str, path: Path) -> Design:
    """A design from the text of its file; `path` is for messages and for the files beside it."""
    place = Place(path, text)
    table = _parse(place)
    file = _fit(table, place)
    unchecked = _resolve(file.network, place)
    check_paths(unchecked, file.task, place)
    design = Design(
        name=file.name,
        title=file.title,
        source=path,
        graph=_checked(unchecked, place),
        electronics=file.electronics,
        tasks=file.task,
        board=file.board,
        erc_waivers=file.erc_waivers,
        datasets=read_datasets(file.task, place),
    )
    check_design(design, place)
    return design


def ready_designs() -> tuple[str, ...]:
    """The names of the designs that come with twinboard, sorted."""
    return tuple(sorted(path.parent.name for path in _HERE.glob("*/design.toml")))


def find_design(spec: str | Path) -> Path:
    """The path of the design file that a spec means.

    Raises:
        DesignError: nothing of that name; the message lists the ready designs.
    """
    ready = ready_designs()
    if str(spec) in ready:
        return _HERE / str(spec) / "design.toml"
    path = Path(spec)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):
        is_folder = exists = False
    if is_folder:
        if (path / "design.toml").is_file():
            return path / "design.toml"
        raise DesignError(
            f"{path}: this folder holds no design.toml; name a folder that does, a design file, "
            f"or a ready design: {listed(ready)}"
        )
    if exists:
        return path
    if path.suffix == ".toml" or len(path.parts) > 1:
        raise DesignError(
            f"{str(spec)[:200]!r}: no such design file or folder; "
            f"the ready designs are {listed(ready)}"
        )
    raise DesignError(
        f"{str(spec)[:200]!r} is no ready design, folder or file{suggestion(str(spec), ready)}; "
        f"the ready designs are {listed(ready)}"
    )


def _parse(place: Place) -> dict[str, object]:
    for number, line in enumerate(place.text.splitlines(), start=1):
        pieces = [] if line.lstrip().startswith("#") else re.split(r"[=,{}\[\]]", line)
        for piece in pieces:
            if len(re.findall(r"[\w\"'-]\s?\.", piece)) > _DOTS_LIMIT:
                raise DesignError(
                    f"{place.path}, line {number}: a key may have at most {_DOTS_LIMIT} dots"
                )
    try:
        return tomllib.loads(place.text)
    except RecursionError:
        raise DesignError(
            f"{place.path}: lists or tables are nested too deeply; a design needs four levels"
        ) from None
    except ValueError as error:  # includes TOMLDecodeError and integers of thousands of digits
        raise DesignError(f"{place.path}: not valid TOML: {error}") from None


def _fit(table: dict[str, object], place: Place) -> DesignFile:
    try:
        return DesignFile.model_validate(table)
    except ValidationError as error:
        raise refuse_table(error, DesignFile, table, place) from None


def _resolve(network: NetworkTable, place: Place) -> UncheckedGraph:
    """The explicit network of the one way in which the file states it."""
    ways = [way for way in ("edges", "file", "generator") if getattr(network, way) is not None]
    if len(ways) != 1:
        given = listed(ways) if ways else "none"
        raise place.refusal(
            f"network needs exactly one of edges, file and generator; given {given}", "network"
        )
    for key in ("arguments", "seed"):
        if network.generator is None and getattr(network, key) is not None:
            raise place.refusal(
                f"network.{key} belongs to a generator; the network is given by {ways[0]}: "
                "remove it",
                "network",
                key,
            )
    if network.edges is not None:
        found = UncheckedGraph.from_edges(network.edges)
    elif network.file is not None:
        found = _read_file(network.file, place)
    else:
        found = _generate(network, place)
    if network.positions is None:
        return found
    return UncheckedGraph(found.nodes, found.edges, network.positions)


def _generate(network: NetworkTable, place: Place) -> UncheckedGraph:
    from designs.generators import generate  # noqa: PLC0415 - a second, which few designs need

    return generate(network, place)


def _read_file(name: str, place: Place) -> UncheckedGraph:
    from designs.graph_files import read_graph  # noqa: PLC0415 - likewise

    try:
        return read_graph(place.path.parent / name)
    except DesignError as error:
        raise place.refusal(f"network.file: {error}", "network", "file") from None


def _checked(graph: UncheckedGraph, place: Place) -> DesignGraph:
    try:
        return DesignGraph(graph.nodes, graph.edges, graph.positions)
    except DesignError as error:
        raise place.refusal(f"network: {error}", "network") from None
