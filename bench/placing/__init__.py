"""What `bench/places.py` measures with: places to ask for, an invented recogniser, and ever larger cities."""
