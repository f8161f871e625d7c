"""The people of a structure, as whoever may manage them sees them."""
