"""Behaviour through HTTP, domain by domain."""
