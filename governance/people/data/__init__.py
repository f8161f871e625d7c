"""Data of our own about people's habits: the passwords and words French speakers choose most."""
