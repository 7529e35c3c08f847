"""UBI, step by step: erase blocks, what they map to, and volumes that read as if they lay in one piece.

Terms follow drivers/mtd/ubi/ubi-media.h of Linux.
"""
