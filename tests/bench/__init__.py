"""The bench: house.py builds the shop that measure.py asks."""
