"""The command line: one file a command; whatever is printed is printed here."""
