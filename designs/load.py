"""From a name, a folder or a file to a checked Design."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from designs.errors import DesignError
from designs.network import DesignGraph
from designs.schema import Design, DesignFile

_HERE = Path(__file__).resolve().parent


def load_design(spec: str | Path) -> Design:
    """Reads a ready design's name, a folder that holds a `design.toml`, or a design file."""
    path = _HERE / str(spec) / "design.toml"
    if not path.is_file():
        path = Path(spec)
        path = path / "design.toml" if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
        file = DesignFile.model_validate(tomllib.loads(text))
    except (OSError, ValidationError, tomllib.TOMLDecodeError) as error:
        raise DesignError(f"{path}: {error}") from error
    graph = DesignGraph.from_edges(file.network.edges or (), file.network.positions)
    return Design(
        name=file.name, title=file.title, source=path, graph=graph, electronics=file.electronics,
        tasks=file.task, board=file.board, erc_waivers=file.erc_waivers, datasets={},
    )
