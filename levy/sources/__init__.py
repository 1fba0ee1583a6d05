"""Readers of the levy files: rows in plain types, names dropped at the door, each fault told in a sentence."""
