"""What should be secret."""
