"""Is an answerer consistent? Rows changed so that the answer must change, or must not."""
