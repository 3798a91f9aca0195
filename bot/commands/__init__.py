"""What the command line does, one file per kind of question."""
