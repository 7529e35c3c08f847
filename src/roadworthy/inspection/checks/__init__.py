"""Checks, one true/false question a file, in a folder for each family."""
