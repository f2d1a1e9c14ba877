"""One network on several boards: who stands where, what crosses, and the files of all of it."""
