"""Blocks as Markdown."""

from collections.abc import Sequence

from netgen.bench_docs.record import Block, Heading, Listing, Paragraph, Steps, Table


def markdown(blocks: Sequence[Block]) -> str:
    """The whole text."""
    return "\n\n".join(_block(block) for block in blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {text}"
        case Paragraph(text):
            return text
        case Steps(items):
            return "\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
        case Listing(text):
            return f"```text\n{text.rstrip()}\n```"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    header = (*table.header, "Measured") if table.measured else table.header
    rows = [(*row, "") if table.measured else row for row in table.rows]
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
