"""MUD files (RFC 8520): read, check, mend, write, and turn into a policy and back."""
