"""Classification: one of a set of labels for a text, with a probability.

- classifier.py: what a user holds: from_pretrained, predict, probabilities
- stages.py: prepare, train, decode, score, each a function of the settings
- pretrain.py: the encoder as a language model, before it is trained
- calibrate.py: the temperature, or the ensemble with n-grams, fitted on the validation split after it
- objective.py: what is minimised: cross-entropy with an adversary; in pretraining that of each word
- cross_validation.py: k runs over folds of the training split
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows
- baselines.py: what linear models score on the same split
- words.py: how it is said
- export.py: the network as graphs of ONNX, and what is compared of both
- suggest.py: settings for a corpus that nobody has written a recipe for
"""

from pathlib import Path

from nlpseq.config import ClassifySettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.report.classification import SCORES
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import file_fingerprint
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.classify import stages
from nlpseq.tasks.classify.cross_validation import cross_validate
from nlpseq.tasks.classify.export import figures, graphs
from nlpseq.tasks.classify.outputs import OUTPUTS
from nlpseq.tasks.classify.report import pair, report
from nlpseq.tasks.classify.suggest import suggest
from nlpseq.tasks.classify.words import WORDS
from nlpseq.tasks.task import ExportParts, Task, trained_from

TASK = Task(
    name="classify",
    settings=ClassifySettings,
    stages=stages,
    corpus=saved_corpus,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)),
        changed_settings(settings.text, without=("vectors", "freeze_vectors")),
        settings.train.seed,
    ],
    trained_from=lambda settings: [
        changed_settings(settings.model),
        [changed_settings(settings.pretrain, without=("device",)) if settings.pretrain.max_epochs else None],
        trained_from(settings.train),
        [file_fingerprint(Path(settings.text.vectors)), settings.text.freeze_vectors]
        if settings.text.vectors
        else None,
    ],
    finished_from=lambda settings: settings.ensemble,
    evaluated_from=lambda settings: settings.baselines,
    report=report,
    outputs=OUTPUTS,
    scores=SCORES,
    pair=pair,
    words=WORDS,
    export=ExportParts(figures=figures, graphs=graphs),
    suggest=suggest,
    load_corpus=stages.load_corpus,
    same_data=("text", "label"),
    text_columns=TEXT_NAMES,
    cross_validate=cross_validate,
)
