"""The register of every breach that the authority may ask for (RGPD, art. 33(5))."""
