"""A design file with one task of each kind, which tests then damage."""

SMALL = """\
schema = 1
name = "small"

[network]
edges = [[1, 2], [2, 3], [3, 4], [4, 1]]

[electronics]
supply_v = 5.0

[[task]]
name = "first"
kind = "allostery"
sources = { 1 = 5.0, 3 = 0.0 }
targets = { 2 = 3.0 }
bound = { rms_v = 0.05 }

[[task]]
name = "sum"
kind = "regression"
inputs = ["x1", "x2"]
sources = { 1 = "x1", 2 = "x2", 3 = 0.0 }
targets = { 4 = { x1 = 0.2, x2 = 0.3 } }
bound = { relative_rms = 0.02 }

[[task]]
name = "flowers"
kind = "classification"
data = "iris"
sources = { 1 = "petal_length", 2 = 2.5 }
targets = [3, 4]
bound = { accuracy = 0.9 }

[board]
patching = "cables"
"""
