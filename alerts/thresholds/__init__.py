"""What do admins set over the settings, what may they, and what would it have changed?"""
