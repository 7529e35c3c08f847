"""JFFS2, step by step: the scan finds the log's nodes, the tree says what they add up to.

Terms follow include/uapi/linux/jffs2.h and fs/jffs2 of Linux.
"""
