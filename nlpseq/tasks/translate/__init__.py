"""Translation: a sentence in one language to a sentence in another.

- translator.py: what a user holds: from_pretrained, translate, search, score
- stages.py: prepare, train, decode, score, each a function of the settings
- objective.py: what is minimised: cross-entropy with label smoothing and R-Drop
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows
- baselines.py: what simple methods score on the same split
- words.py: how it is said
- export.py: the network as graphs of ONNX, and what is compared of both
- suggest.py: settings for a corpus that nobody has written a recipe for
"""

from dataclasses import asdict

from nlpseq.config import TranslateSettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.report.translation import SCORES
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.task import ExportParts, Task, trained_from
from nlpseq.tasks.translate import stages
from nlpseq.tasks.translate.export import figures, graphs
from nlpseq.tasks.translate.outputs import OUTPUTS
from nlpseq.tasks.translate.report import pair, report
from nlpseq.tasks.translate.suggest import suggest
from nlpseq.tasks.translate.words import WORDS

TASK = Task(
    name="translate",
    settings=TranslateSettings,
    stages=stages,
    corpus=saved_corpus,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)),
        changed_settings(settings.text),
        settings.train.seed,
    ],
    trained_from=lambda settings: [
        changed_settings(settings.model),
        trained_from(settings.train),
        settings.bleu_tokenizer if settings.train.monitor == "bleu" else None,  # which chooses the best model
    ],
    finished_from=lambda settings: asdict(settings.decode),
    evaluated_from=lambda settings: settings.bleu_tokenizer,  # the search settings stand in config.json
    report=report,
    outputs=OUTPUTS,
    scores=SCORES,
    pair=pair,
    words=WORDS,
    export=ExportParts(figures=figures, graphs=graphs),
    suggest=suggest,
    load_corpus=stages.load_corpus,
    same_data=("src", "tgt"),
    text_columns=("src", "source", *TEXT_NAMES),
)
