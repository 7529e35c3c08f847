"""The package database of rpm: headers of the installed packages, from each of its three kinds of file."""
