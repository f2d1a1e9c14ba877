"""The bill of materials: one line per part that is bought, with everywhere that it goes."""

import csv
import io

from netgen.circuit import Circuit, Component, natural_key

COLUMNS = (
    "Designators",
    "Quantity",
    "Value",
    "Manufacturer",
    "MPN",
    "Footprint",
    "Price class",
    "Life cycle",
    "Description",
)


def bom_csv(circuit: Circuit) -> str:
    """The text of `<name>-bom.csv`.

    Lines are in the order of their first designator. Price classes are those of the part records:
    a below 0.1, b below 1, c below 5, d from 5 USD at 100 pieces. Copper features (solder jumpers,
    test points) are not bought and not listed.
    """
    groups: dict[str, list[Component]] = {}
    for component in circuit.components:
        if component.part.in_bom:
            groups.setdefault(component.part.mpn, []).append(component)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for group in sorted(groups.values(), key=lambda group: natural_key(group[0].refdes)):
        part = group[0].part
        writer.writerow(
            (
                ",".join(component.refdes for component in group),
                len(group),
                part.value,
                part.maker,
                part.mpn,
                part.footprint,
                part.price_class,
                part.life_cycle,
                part.title,
            )
        )
    return text.getvalue()
