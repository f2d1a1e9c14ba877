"""Drawings of cells, made from the Circuit's records alone: what is drawn is what is built."""

from netgen.schematic.draw import cell_svg

__all__ = ["cell_svg"]
