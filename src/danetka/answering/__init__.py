"""Answering: questions in, answers with their probability and their evidence out."""
