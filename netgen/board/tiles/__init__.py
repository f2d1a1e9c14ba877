"""Tiles: one file a kind of cell, each a small program that places the cell's parts.

A program says what stands beside and below what; sizes follow from the footprints, so that the same
program serves every choice of parts. `tile.py` gives the cells that are alike one tile, which is
routed once and stamped for each of them.
"""
