"""The board as KiCad's files: `.kicad_pcb`, and the project beside it with the fab's rules.

The format is that of KiCad 8 (version 20240108), which KiCad 8, 9 and 10 open.
"""
