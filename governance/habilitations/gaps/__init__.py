"""Three lists that should agree: the portal's accounts, the declared staff, the signed commitments."""
