"""Results as tables: on screen, as Markdown, CSV, JSON and LaTeX; and as a page to read."""
