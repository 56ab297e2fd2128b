"""Fixtures of every suite; what they start is in kit/."""
