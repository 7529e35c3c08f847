"""Exports: a dossier in a form that other tools read. One file a form; the file's name is its id."""
