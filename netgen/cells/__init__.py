"""The cells of a board, one file each: a schematic page in code.

Every file has the drawing of its page, the ordered tuple of its slots (a slot's place in it is part
of a reference designator, so the tuples are only ever appended to), the assumptions that the cell
makes about its surroundings as data, and one ``draw`` function.
"""
