"""The evaluation report of a run: one page that opens without network and without JavaScript, and the same as Markdown.

A report is a frozen dataclass of plain data, one a task; `write_report` writes any of them. Each says what it shows in
sections of blocks (`blocks.py`); the page and its two templates know the blocks and no task.
"""

from nlpseq.report.classification import ClassificationReport, shown_mistakes
from nlpseq.report.generation import GenerationReport, Sample
from nlpseq.report.page import write_report
from nlpseq.report.plots.position import ChunkLosses
from nlpseq.report.scores import BaselineScores
from nlpseq.report.summarization import SummaryReport
from nlpseq.report.translation import Attention, TranslationReport, best_and_worst

__all__ = [
    "Attention",
    "BaselineScores",
    "ChunkLosses",
    "ClassificationReport",
    "GenerationReport",
    "Sample",
    "SummaryReport",
    "TranslationReport",
    "best_and_worst",
    "shown_mistakes",
    "write_report",
]
