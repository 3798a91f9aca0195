"""What is said to whom? Each message is decided here, and has words only in templates/."""
