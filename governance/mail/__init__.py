"""What people see of the outbox: the page « Envois », and the certificates files are encrypted to."""
