"""What the rules see in a passage and do with it, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator

from danetka.augmentation.filters import fault, off_topic, structure_faults
from danetka.augmentation.rules.candidates import draws_of, questions_of, read
from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits import Context, edit
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.augmentation.style import Style, in_style
from danetka.language.parse import Parser
from danetka.schema import LABEL_NAMES


def explain(text: str, style: Style) -> str:
    """Every sentence's tree, its facts, and the questions of each edit with what stopped them.

    What `augment` draws from the passages beside it (names) is not shown: there are none here.

    Args:
        text: A passage.
        style: Of the questions.
    """
    parser = Parser.load()
    passages, skipped = read([text], parser)
    passage = passages[0]
    context = Context(passage, Pool(passages), draws_of(text))
    parts = []
    for number, tree in enumerate(passage.trees):
        if tree is None:
            parts.append(f"[{number + 1}] not parsed")
            continue
        parts.append(f"[{number + 1}] {tree.text}\n{tree.draw()}")
        for clause in passage.clauses:
            if clause.sentence == number:
                parts += _clause(clause, passage, context, style, parser)
    if skipped:
        reasons = "\n".join(f"  {n:>3} × {reason}" for reason, n in skipped.most_common())
        parts.append(f"passed over:\n{reasons}")
    return "\n\n".join(parts) + "\n"


def _clause(
    clause: Clause, passage: Passage, context: Context, style: Style, parser: Parser
) -> Iterator[str]:
    lines = [f"  fact ({clause.rule}): {describe(clause)}"]
    for change in edit(clause, context):
        questions = questions_of(change)
        texts = [q.text for q in questions]
        structures = structure_faults(texts, [q.subject for q in questions], parser)
        what = f"{change.name}: {change.old} → {change.new}" if change.new else change.name
        for question, structure in zip(questions, structures, strict=True):
            reason = fault(question.text) or structure or off_topic(question.text, passage.lemmas)
            mark = f"  ✗ {reason}" if reason else ""
            answer = LABEL_NAMES[change.label]
            lines.append(f"    {answer:<3}  {in_style(question.text, style)}  [{what}]{mark}")
    yield "\n".join(dict.fromkeys(lines))


def describe(clause: Clause) -> str:
    """A clause in one line: its parts between bars, what it needs with a star."""
    parts = [clause.subject.text if clause.subject else "–"]
    verb = clause.predicate.text if clause.predicate else ""
    parts.append(f"не {verb}" if clause.negated else verb or "—")
    if clause.nominal:
        parts.append(clause.nominal.text)
    parts += [f"{'*' if a.required else ''}{a.text}" for a in clause.arguments]
    return " | ".join(part for part in parts if part)
