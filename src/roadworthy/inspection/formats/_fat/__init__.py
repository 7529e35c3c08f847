"""The structures of FAT12, FAT16 and FAT32, one file each (Microsoft, FAT specification; ECMA-107)."""
