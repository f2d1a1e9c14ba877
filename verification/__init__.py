"""The judge: netlist file -> circuit -> simulated learning -> checks -> report.

Nothing here imports `netgen`: the netlist file, the part records and the design are all that it
knows.
"""
