"""Any number of labels for a text, each with a probability and a threshold of its own.

- labeller.py: what a user holds: from_pretrained, predict, probabilities
- stages.py: prepare, train, decode, score, each a function of the settings
- objective.py: what is minimised: binary cross-entropy of each label
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows
- words.py: how it is said
- export.py: the network as graphs of ONNX, and what is compared of both
- suggest.py: settings for a corpus that nobody has written a recipe for
"""

from nlpseq.config import MultiLabelSettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.multilabel import stages
from nlpseq.tasks.multilabel.export import figures, graphs
from nlpseq.tasks.multilabel.outputs import OUTPUTS
from nlpseq.tasks.multilabel.report import SCORES, pair, report
from nlpseq.tasks.multilabel.suggest import suggest
from nlpseq.tasks.multilabel.words import WORDS
from nlpseq.tasks.task import ExportParts, Task, trained_from

TASK = Task(
    name="multilabel",
    settings=MultiLabelSettings,
    stages=stages,
    corpus=saved_corpus,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)), changed_settings(settings.text), settings.train.seed
    ],
    trained_from=lambda settings: [changed_settings(settings.model), trained_from(settings.train)],
    finished_from=lambda settings: None,
    evaluated_from=lambda settings: None,
    same_data=("text", "labels"),
    text_columns=TEXT_NAMES,
    report=report,
    outputs=OUTPUTS,
    scores=SCORES,
    pair=pair,
    words=WORDS,
    export=ExportParts(figures=figures, graphs=graphs),
    suggest=suggest,
    load_corpus=stages.load_corpus,
)  # fmt: skip
