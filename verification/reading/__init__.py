"""Reading a netlist file: two readers of the same file, one Netlist."""
