"""Tagging: a label for each token of a sentence, and what the labels spell, such as named entities.

- tagger.py: what a user holds: from_pretrained, tag, train
- stages.py: prepare, train, decode, score, each a function of the settings
- objective.py: what is minimised: the negative log-likelihood of the tags
- outputs.py: the file that the run's test split leaves
- report.py: what its report shows
- words.py: how it is said
- export.py: the network as graphs of ONNX, and what is compared of both
- suggest.py: settings for a corpus that nobody has written a recipe for
"""

from pathlib import Path

from nlpseq.config import TagSettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import file_fingerprint
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.tag import stages
from nlpseq.tasks.tag.export import figures, graphs
from nlpseq.tasks.tag.outputs import OUTPUTS
from nlpseq.tasks.tag.report import SCORES, pair, report
from nlpseq.tasks.tag.suggest import suggest
from nlpseq.tasks.tag.words import WORDS
from nlpseq.tasks.task import ExportParts, Task, trained_from

TASK = Task(
    name="tag",
    settings=TagSettings,
    stages=stages,
    corpus=saved_corpus,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)),
        changed_settings(settings.text, without=("lang", "vectors", "freeze_vectors")),
        settings.train.seed,
    ],
    trained_from=lambda settings: [
        changed_settings(settings.model),
        trained_from(settings.train),
        [file_fingerprint(Path(settings.text.vectors)), settings.text.freeze_vectors]
        if settings.text.vectors
        else None,
    ],
    finished_from=lambda settings: settings.text.lang,
    evaluated_from=lambda settings: None,
    report=report,
    outputs=OUTPUTS,
    scores=SCORES,
    pair=pair,
    words=WORDS,
    export=ExportParts(figures=figures, graphs=graphs),
    suggest=suggest,
    load_corpus=stages.load_corpus,
    same_data=("tokens", "tags"),
    text_columns=TEXT_NAMES,
)
