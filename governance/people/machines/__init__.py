"""Machine clients: keys renewed without a break, keys that expire, and OAuth 2 client credentials."""
