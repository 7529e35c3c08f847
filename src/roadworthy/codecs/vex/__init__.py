"""VEX: what somebody says about vulnerabilities in products, in its three forms; see `model.statement`."""
