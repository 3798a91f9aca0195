"""Which buttons are there, and how does Telegram carry them?"""
