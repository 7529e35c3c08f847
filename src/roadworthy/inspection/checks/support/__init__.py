"""For how long somebody stands by the product."""
