"""Node voltages of resistive networks: the problem, two methods, and the outcome.

```
ResistiveNetwork + Excitation --TapeMethod | ReferenceMethod--> Solution | Floating
      (problem)                       (method)                      (outcome)
```
"""
