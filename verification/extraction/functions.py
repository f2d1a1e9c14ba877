"""Functions of connector pins: who drives each, as the boards' connectors promise.

```
rails            V_SUPPLY  V_COMPARATOR  GND
host drives      LATCH STEP ENABLE_DATA ENABLE_CLOCK ETA_STEP ETA_UP ETA_SELECT  SRC1  TGT1.DESIRED
host reads       TGT1.OUT  ENABLE_RETURN
cables join      SRC1.FREE SRC1.CLAMPED TGT1.FREE TGT1.CLAMPED  with  N4.FREE N4.CLAMPED
```
"""

from __future__ import annotations

GROUND = "GND"
LATCH = "LATCH"
STEP = "STEP"
ENABLE_DATA = "ENABLE_DATA"
ENABLE_CLOCK = "ENABLE_CLOCK"
ENABLE_RETURN = "ENABLE_RETURN"
_CONTROLS = frozenset((LATCH, STEP, ENABLE_DATA, ENABLE_CLOCK, "ETA_STEP", "ETA_UP", "ETA_SELECT"))
_PORT_SIDES = (".FREE", ".CLAMPED")


def host_drives(function: str) -> bool:
    """Whether the host puts a level or a voltage on a pin of this function."""
    if function in _CONTROLS:
        return True
    if function.startswith("SRC-N"):
        # Channels in copper have no ports, and a node may be called "x.FREE".
        return True
    if function.startswith("SRC"):
        return not function.endswith(_PORT_SIDES)
    return function.startswith("TGT") and function.endswith(".DESIRED")


def parse_functions(text: str) -> dict[str, str]:
    """Pin number -> function, from a field "1=LATCH 2=GND"; words without "=" are ignored."""
    pairs = (word.partition("=") for word in text.split())
    return {
        number: function for number, equals, function in pairs if equals and number and function
    }
