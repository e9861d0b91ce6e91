"""Summarisation: a line about a document, written and copied character by character.

- summarizer.py: what a user holds: from_pretrained, summarize, search, sample
- stages.py: prepare, train, decode, score: each a function of the settings
- objective.py: what is minimised: cross-entropy of each character, written or copied
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows
"""

from nlpseq.tasks.summarize.stages import TASK as TASK
from nlpseq.tasks.summarize.stages import evaluate as evaluate
from nlpseq.tasks.summarize.stages import prepare as prepare
from nlpseq.tasks.summarize.stages import run as run
from nlpseq.tasks.summarize.stages import train as train
