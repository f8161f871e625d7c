"""What every convention shares; knows none of the other packages."""
