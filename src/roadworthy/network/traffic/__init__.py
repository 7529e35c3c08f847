"""Traffic: captures and logs in, flows out."""
