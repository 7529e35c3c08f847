"""Profiles: learned from flows, derived from an inventory, compared by what they allow."""
