"""From a circuit to a board that can be ordered: tiles, floor plan, routing, the KiCad file.

Everything in here is in integer nanometres, on KiCad's axes: x to the right, y down, angles in
degrees, counter-clockwise as seen on the screen. ``make.py`` shows the pipeline in one function.
"""
