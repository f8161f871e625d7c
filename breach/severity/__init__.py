"""How grave a breach is for persons: a score that helps, and the conclusion that a person draws."""
