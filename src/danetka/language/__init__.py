"""Russian itself. Nothing outside this room and the rule generator looks inside a word."""
