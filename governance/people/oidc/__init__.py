"""Signing in through an OpenID Connect provider, ProConnect among others: for persons who are already invited."""
