"""What EROFS is made of: superblock, inodes, maps of extents, and their content."""
