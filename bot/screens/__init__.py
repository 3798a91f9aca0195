"""What does a person see? Records become screens: a template, its facts, and the buttons below."""
