"""From a board file to what a fab and an assembly house are sent, and the checks that it is right.

```
.kicad_pcb -- BoardFile ---------------------- BOM, placement, HTML page of parts
     |             |                                        |
     |             +-- areas -- raster --+                  |
     |                                   +-- checklist -----+-- files, all or none
     +-- kicad-cli -- Gerber, drill -----+
                      (read by gerbonara)
```
"""
