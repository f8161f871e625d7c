"""Where the parts meet: settings, factory, demonstration, command line."""
