"""How fast is it, as ratios of one run? ./do bench prints the table."""
