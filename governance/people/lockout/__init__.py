"""How long one waits after wrong tries: counted in the database, so by every process and after a restart."""
