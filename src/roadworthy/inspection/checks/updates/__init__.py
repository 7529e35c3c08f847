"""How the device stays mended."""
