"""Floor 3: speaks Telegram; meets the floor below only in the database."""
