"""The inspection wing: an image in, findings out. Pure: it gets bytes and a clock, and opens nothing itself.

`engine.py` is the whole path; `formats/`, `inventory/`, `signatures/` and `checks/` hold one
extension a file.
"""
