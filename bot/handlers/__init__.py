"""What does the bot answer? One file is one screen: guard, ask, screen, reply."""
