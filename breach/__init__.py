"""The register of breaches, their clocks and notifications."""
