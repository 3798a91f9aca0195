"""What did somebody type? Words become values, or a named reason why not."""
