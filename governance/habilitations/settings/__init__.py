"""What a structure says of itself: its size, its domains of addresses."""
