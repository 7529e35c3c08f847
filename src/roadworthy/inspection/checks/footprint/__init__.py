"""How much there is."""
