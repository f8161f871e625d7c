"""The sessions of persons on the site: opened, seen, ended, each on its own."""
