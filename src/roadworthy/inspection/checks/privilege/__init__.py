"""Who may do what inside the device."""
