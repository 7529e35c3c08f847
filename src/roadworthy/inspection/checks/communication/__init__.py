"""What goes over the wire and the air."""
