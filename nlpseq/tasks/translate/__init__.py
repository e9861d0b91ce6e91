"""Translation: a sentence in one language to a sentence in another.

- translator.py: what a user holds: from_pretrained, translate, search, score
- stages.py: prepare, train, decode, score: each a function of the settings
- objective.py: what is minimised: cross-entropy with label smoothing and R-Drop
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows, with simple methods beside the model
"""

from nlpseq.tasks.translate.stages import TASK as TASK
from nlpseq.tasks.translate.stages import evaluate as evaluate
from nlpseq.tasks.translate.stages import prepare as prepare
from nlpseq.tasks.translate.stages import run as run
from nlpseq.tasks.translate.stages import train as train
