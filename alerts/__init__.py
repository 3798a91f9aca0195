"""Floor 2: decides what changed, who hears it and when; knows nothing of Telegram."""
