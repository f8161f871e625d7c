"""Long stories, and what goes wrong in them."""
