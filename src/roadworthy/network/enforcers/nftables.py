"""nftables on a Linux gateway: default deny per device, stateful, between devices of the LAN too."""
