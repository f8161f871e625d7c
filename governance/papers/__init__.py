"""Documents that leave the service: PDF that look official and are signed, signed JSON, spreadsheets."""
