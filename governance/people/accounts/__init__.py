"""One's own account: how one enters it for the first time, its password, and what becomes of it."""
