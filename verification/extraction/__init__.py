"""From a Netlist and the part records to a MixedCircuit and the values of one board."""
