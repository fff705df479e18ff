"""Questions by a prompted language model.

`tune.py` trains a small adapter to a frozen causal language model, one for each answer; `write.py`
has it write questions about passages; `gates.py` and `confirm.py` say which of them may be used;
`generator.py` is all of it as a `Generator`.
"""
