"""Reports: a dossier becomes neutral blocks (`blocks.py`); a rendering (`render/`) makes bytes of any blocks.

Modules that begin with an underscore are parts of their neighbours.
"""
