"""Changes of a gestionnaire's data: asked of the caisse, followed until it says that they are done (A9)."""
