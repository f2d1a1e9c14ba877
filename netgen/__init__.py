"""From a design to its circuit and its files: graph -> circuit -> netlist.

``netgen.build.build`` is the entry point; ``netgen.elaborate.elaborate`` shows the road from a
design to a circuit. Nothing here simulates or judges: that is ``verification``, which reads files.
"""
