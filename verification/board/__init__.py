"""Boards: the copper of a KiCad board file, what it joins, and whether that is the netlist."""
