"""What the CNIL is told (RGPD, art. 33), and what the persons are (art. 34)."""
