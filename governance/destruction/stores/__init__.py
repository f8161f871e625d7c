"""Where else the data lie: folders, tables, buckets are emptied and read again; the rest is asked and attested."""
