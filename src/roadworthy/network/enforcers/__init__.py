"""Enforcers: one target a file, each turning what a network's devices may do into the target's own text."""
