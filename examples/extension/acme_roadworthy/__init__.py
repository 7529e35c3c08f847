"""Acme's extensions, one a module."""
