"""Roadworthy: the roadworthiness test for connected things."""

__version__ = "0.1.0"
