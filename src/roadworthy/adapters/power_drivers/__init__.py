"""Drivers of power switches, one file each; its name is the driver's id. Each sets, reads back and says so.

Libraries are imported when a driver is used: whoever has no plug does not wait for them.
"""
