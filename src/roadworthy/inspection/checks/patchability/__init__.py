"""Who could mend it."""
