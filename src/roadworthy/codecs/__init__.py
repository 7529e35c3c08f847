"""Codecs: formats that several wings need. Pure: bytes in, values out."""
