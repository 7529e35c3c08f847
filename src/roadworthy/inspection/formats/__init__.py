"""Formats: one container or file system a file. Names that begin with an underscore hold what they share."""
