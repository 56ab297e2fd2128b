"""Payment providers that are shaped like the real ones, and local."""
