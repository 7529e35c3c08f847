"""Switches: power, Internet and change of each device, in its owner's hand; who owns it; what decides."""
