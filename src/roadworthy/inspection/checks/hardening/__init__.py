"""How programs were built."""
