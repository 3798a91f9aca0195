"""How do dropped files come in? Seen to be complete, taken, and put away with the reason."""
