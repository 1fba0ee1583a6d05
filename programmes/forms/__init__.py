"""Forms of people and programmes."""
