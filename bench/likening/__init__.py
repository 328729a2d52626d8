"""What `python -m bench.likeness` is made of."""
