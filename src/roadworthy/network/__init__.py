"""Network wing: what a thing may do on a network, what it does, and the owner's hand on it.

``policy`` is the joint of the wing: a MUD file means a policy, a capture teaches one, and the matcher says
what one allows. ``guard`` is the beginning of a gateway: it follows the names that devices are told.
"""
