"""Adapters: all contact with the world. Files, workers, stores, keys, clock, installed extensions."""
