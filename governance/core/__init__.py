"""Clock, refusals, storage, keys, trail: no word of the domain."""
