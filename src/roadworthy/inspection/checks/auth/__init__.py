"""Who can get in."""
