"""What a physicist needs beside the board: how to power it, cable it, clock it, and what to expect.

```
Elaboration, moments (voltages), places --> blocks --> Markdown
                                                  +--> one HTML page
```

Voltages come from outside: this package knows the design, and not how a circuit behaves.
"""
