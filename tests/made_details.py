"""An audit that nobody made, and probes that nobody ran."""

from __future__ import annotations

from typing import Final

from danetka.data.audit import Audit, FirstWord, Giveaway, Leak, SplitAudit
from danetka.robustness.consistency import Consistency

PROBES: Final = {
    "negated": (True, "Растёт ли берёза на севере?", "Верно ли, что берёза на севере не растёт?"),
    "swapped": (True, "Глубже ли озеро ста метров?", "Глубже ли озеро девятисот метров?"),
    "contrast": (True, "Стоит ли маяк на острове?", "Стоит ли маяк на горе?"),
    "typing": (False, "Есть ли у кита зубы?", "Есть ли у кита зыбу?"),
    "case": (False, "Есть ли у кита зубы?", "ЕСТЬ ЛИ У КИТА ЗУБЫ?"),
    "distractor": (False, "Маяк стоит давно.", "Маяк стоит давно. В порту живут чайки."),
    "order": (False, "Маяк стоит давно. Он виден.", "Он виден. Маяк стоит давно."),
}


def make_audit(model: str) -> Audit:
    """Of the made rows."""
    train = SplitAudit("train", 420, 318, 300, 330, 2, 0, 90, 170, 3)
    val = SplitAudit("val", 240, 190, 210, 215, 1, 1, 60, 110, 1)
    return Audit(
        "made",
        (train, val, SplitAudit("test", 160, None, 150, 152, 0, 0, 40, 80, 0)),
        (Leak("val", "train", 35, 12, 40),),
        (FirstWord("был", 160, 0.81), FirstWord("есть", 60, 0.87), FirstWord("входит", 20, 0.4)),
        (Giveaway("TF-IDF, question only", "val", 0.599, 0.665),
         Giveaway("first word", "val", 0.571, float("nan"))),
        ("train", "val", 0.035),
        model,
    )  # fmt: skip


def make_consistency(probe: str, share: float, *, flips: bool) -> Consistency:
    """Of this share, over five runs."""
    rows, runs = 80, 5
    consistent = round(share * rows * runs)
    share = consistent / (rows * runs)
    changed = share if flips else 1 - share
    return Consistency(
        probe, flips, rows, 60, runs, consistent, changed,
        max(0.0, share - 0.08), min(1.0, share + 0.08),
    )  # fmt: skip
