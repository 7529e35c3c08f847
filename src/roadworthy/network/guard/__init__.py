"""Guard: what the gateway knows and does, as a pure machine: events in, effects out."""
