"""Pre-training: a tokenizer, a masked or causal language model, from open text."""
