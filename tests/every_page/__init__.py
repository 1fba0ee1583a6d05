"""Walks through every address of the permission table: what is true of one page must be true of all."""
