"""The staff that a structure declares, and what is attested of each before an account is opened."""
