"""What a rule of a convention may say, as typed values that rules compute with and pages show."""
