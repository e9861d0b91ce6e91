"""Summarisation: a line about a document, written and copied character by character.

- summarizer.py: what a user holds: from_pretrained, summarize, search, sample, score
- stages.py: prepare, train, decode, score, each a function of the settings
- objective.py: what is minimised: cross-entropy of each character, written or copied
- outputs.py: the file that the run's test split leaves
- report.py: what its report shows
- words.py: how it is said
- export.py: the network as graphs of ONNX, and what is compared of both
- suggest.py: settings for a corpus that nobody has written a recipe for
"""

from dataclasses import asdict

from nlpseq.config import SummarizeSettings
from nlpseq.data.columns import DOCUMENT_NAMES
from nlpseq.report.summarization import SCORES
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.summarize import stages
from nlpseq.tasks.summarize.export import figures, graphs
from nlpseq.tasks.summarize.outputs import OUTPUTS
from nlpseq.tasks.summarize.report import pair, report
from nlpseq.tasks.summarize.suggest import suggest
from nlpseq.tasks.summarize.words import WORDS
from nlpseq.tasks.task import ExportParts, Task, trained_from

TASK = Task(
    name="summarize",
    settings=SummarizeSettings,
    stages=stages,
    corpus=saved_corpus,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)),
        changed_settings(settings.text),
        settings.train.seed,
    ],
    trained_from=lambda settings: [changed_settings(settings.model), trained_from(settings.train)],
    finished_from=lambda settings: asdict(settings.decode),
    evaluated_from=lambda settings: None,  # the search settings stand in config.json
    report=report,
    outputs=OUTPUTS,
    scores=SCORES,
    pair=pair,
    words=WORDS,
    export=ExportParts(figures=figures, graphs=graphs),
    suggest=suggest,
    load_corpus=stages.load_corpus,
    same_data=("document", "summary"),
    text_columns=DOCUMENT_NAMES,
)
