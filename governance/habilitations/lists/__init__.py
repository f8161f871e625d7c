"""Lists that come from elsewhere: the portal's accounts and the staff, read, shown, then kept and compared."""
