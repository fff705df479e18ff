"""Exporting: a checkpoint in, a folder that onnxruntime answers from out."""
