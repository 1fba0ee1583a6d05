"""Pages of people and programmes: for the academy, and for providers with their own people."""
