"""The structures of ext2, ext3 and ext4, one file each (Linux documentation, filesystems/ext4)."""
