"""The act itself: steps that can be cut anywhere and taken up, until nothing is left."""
