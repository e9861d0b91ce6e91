"""The evaluation report of a run: one page that opens without network and without JavaScript, and the same as Markdown.

A report is a frozen dataclass of plain data, one a task; `write_report` writes any of them. Each says what it shows in
sections of blocks (`blocks.py`); the page and its two templates know the blocks and no task.

- page.py: `Report`, what each report says, and the page; pair.py: that of two runs
- translation.py, classification.py, generation.py, summarization.py: the reports of four tasks; those of the other two
  stand with their tasks
- scores.py: each score with its interval, beside the baselines; findings.py: what it is good at, fails at, needs next
- facets.py, lengths.py: scores over groups of items; ranking.py: which items are shown; differences.py: of two runs
- labels.py, confusion.py, weighted.py, copied.py, wording.py, ngrams.py: what some of the reports show
- plots/: pictures; card/: the model card; markdown.py: text that Markdown takes as it is
"""

from nlpseq.report.classification import ClassificationReport, shown_mistakes
from nlpseq.report.generation import GenerationReport, Sample
from nlpseq.report.page import write_report
from nlpseq.report.plots.position import ChunkLosses
from nlpseq.report.scores import BaselineScores
from nlpseq.report.summarization import SummaryReport
from nlpseq.report.translation import SentenceAttention, TranslationReport, best_and_worst

__all__ = [
    "SentenceAttention",
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
