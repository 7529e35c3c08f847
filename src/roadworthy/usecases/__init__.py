"""Use cases: one function per verb, composing the wings.

What a use case needs from the world stands beside it as a Protocol.
"""
