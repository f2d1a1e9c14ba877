"""The witness: the extracted circuit given to ngspice, a simulator that we did not write."""
