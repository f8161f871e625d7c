"""The pages that open accounts: asked of the caisse for a gestionnaire, created by one for a technicien."""
