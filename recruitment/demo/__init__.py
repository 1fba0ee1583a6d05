"""Invented people and history, dated against today: `building.build()` makes all of it, the same figures each time."""
