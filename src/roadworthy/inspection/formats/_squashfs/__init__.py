"""SquashFS, version by version: what does not change between versions stands in `tree.py` and `metadata.py`.

Terms follow Documentation/filesystems/squashfs.rst of Linux and fs/squashfs/squashfs_fs.h.
"""
