"""`python -m twinboard`."""

from twinboard.entry import main

main()
