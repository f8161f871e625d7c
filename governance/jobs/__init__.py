"""What the service does by itself, when, once."""
