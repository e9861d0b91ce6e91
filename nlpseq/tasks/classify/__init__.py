"""Classification: one of a set of labels for a text, with a probability.

- classifier.py: what a user holds: from_pretrained, predict, explain
- explanation.py: why a label was chosen, token by token
- stages.py: prepare, pretrain, train, decode, score: each a function of the settings
- objective.py: what is minimised: cross-entropy with an adversary; word prediction before it
- calibrate.py: the temperature, or the ensemble with n-grams, fitted on the validation split
- cross_validation.py: k runs over folds of the training split
- evaluation.py: the test split scored
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows
"""

from nlpseq.tasks.classify.stages import TASK as TASK
from nlpseq.tasks.classify.stages import evaluate as evaluate
from nlpseq.tasks.classify.stages import prepare as prepare
from nlpseq.tasks.classify.stages import run as run
from nlpseq.tasks.classify.stages import train as train
