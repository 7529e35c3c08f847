"""Where the software comes from, and whether what is said of it is true."""
