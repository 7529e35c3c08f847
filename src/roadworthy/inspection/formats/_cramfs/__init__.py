"""The structures of cramfs, in both byte orders (Linux, include/uapi/linux/cramfs_fs.h)."""
