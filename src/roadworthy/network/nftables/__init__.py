"""nftables: policies as one table of the Linux packet filter, and the changes to it at run time."""
