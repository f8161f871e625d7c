"""One module per group of commands; each is loaded when its name is typed."""
