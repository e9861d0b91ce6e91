"""Generation: a character language model, which goes on from a prompt.

- char_rnn.py: what a user holds: from_pretrained, generate, samples, score
- stages.py: prepare, train, decode, score, each a function of the settings
- objective.py: what is minimised: cross-entropy of each next character, the state carried on
- dynamic_evaluation.py: the model goes on learning from the text that it is tested on
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows
- baselines.py: what models that only count reach on the same text
- words.py: how it is said
- export.py: the network as graphs of ONNX, and what is compared of both
- suggest.py: settings for a text that nobody has written a recipe for
"""

from dataclasses import asdict, replace

from nlpseq.config import GenerateSettings
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.report.generation import SCORES
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.generate import stages
from nlpseq.tasks.generate.export import figures, graphs
from nlpseq.tasks.generate.outputs import OUTPUTS
from nlpseq.tasks.generate.report import pair, report
from nlpseq.tasks.generate.suggest import suggest
from nlpseq.tasks.generate.words import WORDS
from nlpseq.tasks.task import ExportParts, Task, trained_from

TASK = Task(
    name="generate",
    settings=GenerateSettings,
    stages=stages,
    corpus=stages.corpus,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)),
        changed_settings(settings.text),
    ],
    trained_from=lambda settings: [changed_settings(settings.model), trained_from(settings.train)],
    finished_from=lambda settings: None,
    evaluated_from=lambda settings: [asdict(settings.sample), settings.dynamic_lr],
    report=report,
    outputs=OUTPUTS,
    scores=SCORES,
    pair=pair,
    words=WORDS,
    export=ExportParts(figures=figures, graphs=graphs, prepared=lambda settings: replace(settings, dynamic_lr=0.0)),
    suggest=suggest,
    text_columns=TEXT_NAMES,
)
