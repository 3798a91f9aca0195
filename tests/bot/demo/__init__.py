"""Does the invented district tell the story that the demo shows?"""
