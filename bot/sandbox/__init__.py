"""What stands in for Telegram in the demo and in the tests?"""
