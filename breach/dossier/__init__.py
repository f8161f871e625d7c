"""The one fact base of a breach: what every notice, form, letter and register entry is written from."""
