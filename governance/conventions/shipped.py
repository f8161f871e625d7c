"""The five conventions that ship with the product, read once in a process."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from governance.conventions.reader import read
from governance.conventions.terms import Convention

CODES = ("S0", "S1", "S2", "S3", "S4")


@cache
def shipped() -> Mapping[str, Convention]:
    """Return the product's own conventions, by code."""
    folder = files("governance.conventions.data")
    return MappingProxyType({code: read((folder / f"{code}.toml").read_bytes(), f"{code}.toml") for code in CODES})
