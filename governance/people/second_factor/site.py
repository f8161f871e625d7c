"""The site that passkeys are made for: the address of the settings, or else the one being read."""

from urllib.parse import urlsplit

from flask import current_app, request

from governance.people.accounts.links import ADDRESS
from governance.people.second_factor.passkeys import Site


def site() -> Site:
    """Return the site; a passkey made here answers nowhere else, which is what defeats copies of the site."""
    address = current_app.config[ADDRESS] or request.host_url.rstrip("/")
    return Site(urlsplit(address).hostname or "", address)
