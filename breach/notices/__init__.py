"""Doing what is owed: the notice to the caisse's DPO, its escalation, its proof, and what each addressee was told."""
