"""UBIFS, step by step: nodes, the index and the journal that say which of them count, and the tree.

Terms follow fs/ubifs/ubifs-media.h of Linux.
"""
