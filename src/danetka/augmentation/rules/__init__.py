"""Questions by linguistic rules: fact → question → falsified fact.

Read it in this order: `facts` finds clauses in dependency trees (made of `clause`, `phrases`,
`words`), `edits` changes them, `questions` asks them, `candidates` puts that together for a
passage, `batch` is the work of one process, `generator` runs the batches.
"""
