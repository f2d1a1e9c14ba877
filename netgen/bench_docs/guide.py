"""The whole document, section by section, and its two forms."""

from collections.abc import Iterator, Mapping

from netgen.bench_docs.clocks import clock_sequence, enable_chain, nudge_setting
from netgen.bench_docs.facts import Facts
from netgen.bench_docs.html import html_page
from netgen.bench_docs.markdown import markdown
from netgen.bench_docs.pinout import pinout
from netgen.bench_docs.power import before_power, first_power, needed
from netgen.bench_docs.record import Block, Heading, Paragraph, Places, Table, Voltages
from netgen.bench_docs.tasks import task_sections
from netgen.bench_docs.words import METER_V
from netgen.elaborate import Elaboration

TROUBLE = (
    ("no rail, no lamp", "the supply's polarity (reversed, the clamp conducts and the fuse opens); "
     "the fuse, which closes again when it is cold; a short on the rail"),
    ("the current limit is reached", "a chip that is turned: the one that is warm; a bridge of "
     "solder between pins"),
    ("a logic line does not follow the host", "the level: a 3.3 V host is too low; ground between "
     "host and board"),
    ("`ENABLE_RETURN` does not change", "follow a bit along the chain, above"),
    ("an `OUT` pin is at a rail", "its target's cable or shunt: an open input floats to a rail"),
    ("one node is off in both networks", "a cable in the wrong header; its source's driver"),
    ("one node is off in one network", "the follower of that node, an edge's jumper that is open, "
     "a digipot that is not soldered"),
    ("free and clamped are exchanged", "a straight cable at a target"),
    ("an edge never moves, its lamp does", "its bit of the enable chain; `STEP` at its digipot"),
    ("an edge goes to its stop", "its comparator's offset, where the drop is small; else an "
     "averaging resistor"),
)  # fmt: skip


def bench_documents(
    made: Elaboration, voltages: Voltages, places: Places | None
) -> Mapping[str, str]:
    """`<name>-bring-up.md` and `.html`.

    Args:
        made: the design and its circuit.
        voltages: of a good board, computed from its netlist.
        places: of components on the board; None where there is none yet.
    """
    return forms(made.design.name, tuple(guide(Facts(made, voltages, places))))


def forms(name: str, blocks: tuple[Block, ...]) -> Mapping[str, str]:
    """A document of this name in its two forms."""
    return {
        f"{name}-bring-up.md": markdown(blocks),
        f"{name}-bring-up.html": html_page(blocks, f"Bring-up of {name}"),
    }


def guide(facts: Facts) -> Iterator[Block]:
    """All blocks."""
    design, network = facts.made.design, facts.made.network
    yield Heading(1, f"Bring-up of {design.name}")
    yield Paragraph(
        f"{design.title or design.name}: {len(network.nodes)} nodes, {len(network.edges)} edges, "
        f"{len(facts.made.circuit.components)} components."
    )
    yield Paragraph(about_voltages(facts))
    yield from needed(facts)
    yield from before_power(facts)
    yield from first_power(facts)
    yield from enable_chain(facts)
    yield from clock_sequence(facts)
    yield from nudge_setting(facts)
    yield from task_sections(facts)
    yield from pinout(facts)
    yield Heading(2, "Where to look")
    yield Table(("You see", "Look at"), TROUBLE)


def about_voltages(facts: Facts) -> str:
    """What the tables of voltages mean."""
    return (
        f"Voltages are computed from `{facts.netlist}`, in volts against `GND`: with "
        "nominal parts under Volts, and under Allowed the range over "
        f"{facts.voltages.boards} boards drawn from the parts' tolerances, with "
        f"{METER_V * 1e3:g} mV more for host and meter. A reading well outside is a fault "
        "and no tolerance."
    )
