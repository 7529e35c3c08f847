"""The guard's hands: kernel, sockets, journal. What it decides is in `network.guard`."""
