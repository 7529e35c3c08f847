"""The kernel: its age, and how it was configured."""
