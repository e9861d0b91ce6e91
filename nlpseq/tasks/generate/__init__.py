"""Generation: a character language model, which goes on from a prompt.

- char_rnn.py: what a user holds: from_pretrained, generate, score
- stages.py: prepare, train, decode, score: each a function of the settings
- objective.py: what is minimised: cross-entropy of each next character, the state carried on
- dynamic_evaluation.py: the model goes on learning from the text that it is tested on
- outputs.py: the files that the run's test split leaves
- report.py: what its report shows, with n-gram models beside the network
"""

from nlpseq.tasks.generate.stages import TASK as TASK
from nlpseq.tasks.generate.stages import evaluate as evaluate
from nlpseq.tasks.generate.stages import prepare as prepare
from nlpseq.tasks.generate.stages import run as run
from nlpseq.tasks.generate.stages import train as train
