"""What an attacker can reach."""
