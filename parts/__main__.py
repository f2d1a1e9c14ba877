"""Prints the table of all parts: `python -m parts`."""

from __future__ import annotations

from parts.catalogue import load_catalogue
from parts.table import parts_table

if __name__ == "__main__":
    print(parts_table(load_catalogue()), end="")
