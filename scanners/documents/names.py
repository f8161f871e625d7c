"""What the hidden places of a file are called, wherever a finding names them."""

HIDDEN_SHEET, HIDDEN_ROW, HIDDEN_COLUMN = "feuille masquée", "ligne masquée", "colonne masquée"
EXIF, GPS = "métadonnées EXIF", "métadonnées EXIF, coordonnées GPS"
