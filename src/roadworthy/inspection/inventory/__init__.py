"""Catalogers, one source of facts a file. Modules with a leading underscore are parts of their neighbours."""
