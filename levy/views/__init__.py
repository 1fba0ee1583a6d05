"""The pages of the levy room."""
