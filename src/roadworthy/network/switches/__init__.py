"""Switches: power, internet, change. Three bits in the owner's hand; drivers of power one file each."""
