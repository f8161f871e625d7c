"""« Tableaux d'habilitations » (CU art. 4.2): who may sign in to the portal on a day, asked for, sent and fetched."""
