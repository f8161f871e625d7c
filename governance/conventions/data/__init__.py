"""The texts of the five conventions, one TOML file each."""
