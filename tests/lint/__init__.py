"""Lints: each module has findings(root), a list of "path:line: what"."""
