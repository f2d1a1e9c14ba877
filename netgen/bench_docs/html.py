"""Blocks as one HTML page that loads nothing, made to be printed too."""

import html
import re
from collections.abc import Sequence

from netgen.bench_docs.record import Block, Heading, Listing, Paragraph, Steps, Table

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2330; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; }
h2 { margin-top: 2.2rem; border-bottom: 2px solid #d4d9e1; padding-bottom: .2rem; }
table { border-collapse: collapse; margin: .8rem 0; width: 100%; }
th, td { border: 1px solid #c3cad5; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #f1f4f8; }
td.write { width: 7rem; }
td input { width: 6.5rem; font: inherit; border: 0; background: #fffbe6; }
code { background: #eef1f6; padding: 0 .2rem; border-radius: 3px; }
pre { background: #f6f8fb; border: 1px solid #d4d9e1; padding: .7rem; overflow-x: auto; line-height: 1.25; }
ol.steps { padding-left: 1.6rem; }
ol.steps li { margin: .35rem 0; }
ol.steps input { margin-right: .5rem; }
nav a { margin-right: 1rem; }
@media print { nav { display: none; } body { font-size: 11px; max-width: none; } tr, li, pre { break-inside: avoid; } td input { background: none; } }
"""  # noqa: E501


def html_page(blocks: Sequence[Block], title: str) -> str:
    """The whole page."""
    links = [
        f'<a href="#s{index}">{_inline(block.text)}</a>'
        for index, block in enumerate(blocks)
        if isinstance(block, Heading) and block.level == 2
    ]
    body = [_block(index, block) for index, block in enumerate(blocks)]
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title>",
        f"<style>{_STYLE}</style></head>",
        "<body>",
        body[0],
        f"<nav>{' '.join(links)}</nav>",
        *body[1:],
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _block(index: int, block: Block) -> str:
    match block:
        case Heading(level, text):
            return f'<h{level} id="s{index}">{_inline(text)}</h{level}>'
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Steps(items):
            tick = '<input type="checkbox" aria-label="done">'
            lines = "\n".join(f"<li>{tick}{_inline(item)}</li>" for item in items)
            return f'<ol class="steps">\n{lines}\n</ol>'
        case Listing(text):
            return f"<pre>{html.escape(text.rstrip())}</pre>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    header = (*table.header, "Measured") if table.measured else table.header
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in header)
    write = '<td class="write"><input aria-label="measured"></td>' if table.measured else ""
    rows = "\n".join(
        f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}{write}</tr>"
        for row in table.rows
    )
    return f"<table>\n<tr>{head}</tr>\n{rows}\n</table>"


def _inline(text: str) -> str:
    """Names between backticks and words between stars."""
    escaped = html.escape(text, quote=False)
    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)
    return re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", escaped)
