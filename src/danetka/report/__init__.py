"""Results as tables: on screen, as Markdown, CSV and JSON."""
