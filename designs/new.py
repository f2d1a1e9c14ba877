"""The design file that `twinboard new` writes: complete, commented, and learnable as it stands."""

from designs.errors import DesignError
from designs.schema import DESIGN_NAME

_TEMPLATE = """\
# A twinboard design. `twinboard build` writes its netlist, `twinboard verify` judges that netlist.
schema = 1
name = "{name}"
title = "A ring of six nodes with a cross"

# The network: exactly one of edges, file and generator. Every edge becomes two variable resistors,
# one in the free and one in the clamped network. A node's name is an integer or a string.
[network]
edges = [[1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 1], [1, 4], [2, 5]]
positions = {{ 1 = [0, 0], 2 = [1, 1], 3 = [2, 1], 4 = [3, 0], 5 = [2, -1], 6 = [1, -1] }}
# file = "network.graphml"            # or .json (node-link), .csv (edge list), beside this file
# generator = "square_lattice"
# arguments = {{ rows = 4, columns = 4, periodic = true }}

# Every key of this table may be left out.
[electronics]
edge_cell = "clocked_digipot"         # or "dillavou2022", the through-hole edge of the paper
supply_v = 5.0
clock_hz = 500.0
eta = 0.5                             # nudge: V_clamped = eta V_desired + (1 - eta) V_free
# digipot = "AD5222BRUZ100"           # a part that does not fit is refused with the reason
# nudge = "adjustable"                # eta set by the host: needed where tasks differ in eta

# One board may hold many tasks. In allostery the targets learn fixed voltages.
[[task]]
name = "a"
kind = "allostery"
sources = {{ 1 = 5.0, 4 = 0.0 }}        # node = volts
targets = {{ 3 = 1.5, 6 = 3.0 }}        # node = desired volts
bound = {{ rms_v = 0.08 }}              # pass: median over seeds of the RMS error, last 50 steps

# [[task]]
# name = "sum"
# kind = "regression"                 # desired = 0.2 x1 + 0.3 x2, inputs drawn from range_v
# inputs = ["x1", "x2"]
# range_v = [0.0, 5.0]
# sources = {{ 1 = "x1", 3 = "x2", 5 = 0.0 }}
# targets = {{ 2 = {{ x1 = 0.2, x2 = 0.3 }} }}
# bound = {{ relative_rms = 0.02 }}

# [[task]]
# name = "flowers"
# kind = "classification"
# data = "iris"                       # bundled, or a CSV file beside this one
# sources = {{ 1 = "petal_length", 2 = "petal_width", 3 = 2.5 }}
# targets = [5, 6]
# train_per_class = 10
# bound = {{ accuracy = 0.9 }}

[board]
layers = 4
fab = "jlcpcb"
patching = "cables"                   # two-wire jumpers; "fixed": copper, for one set of nodes
"""


def template(name: str) -> str:
    """The text of a new design file.

    Raises:
        DesignError: the name cannot be a file's name.
    """
    if not DESIGN_NAME.fullmatch(name):
        raise DesignError(
            f"design name {name[:80]!r}: 1 to 64 letters, digits, '_' or '-' are allowed, the "
            "first a letter or digit, since files are named after it"
        )
    return _TEMPLATE.format(name=name)
