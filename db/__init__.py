"""Floor 1: the records of the house, and every question asked of them."""
