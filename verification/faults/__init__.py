"""The judge judged: faults are put into a netlist's text, one at a time, and must be seen."""
