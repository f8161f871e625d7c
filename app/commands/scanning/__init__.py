"""What `vigie scan` does: inputs become items, items are checked, results are written."""
