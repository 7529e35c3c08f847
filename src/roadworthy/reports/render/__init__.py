"""Renderings: blocks to bytes, one output format a file."""
