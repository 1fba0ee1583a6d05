"""Readers of the files and feeds about vacancies. Pure: bytes and mappings in, frozen values out, no database."""
