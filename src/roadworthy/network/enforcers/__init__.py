"""One file for each target that policies are compiled to; see `network.enforcer`."""
