"""Models: Hugging Face checkpoints by alias, path or hub id, and what they predict."""
