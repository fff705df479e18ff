"""The intermediate task: yes/no questions by rule, whose answer neither text tells alone."""
