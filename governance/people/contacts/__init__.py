"""Who writes to whom: at a caisse and at a partner, for a convention."""
