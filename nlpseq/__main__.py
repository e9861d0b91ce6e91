"""`python -m nlpseq` is the command `nlpseq`."""

import sys

from nlpseq.cli import main

sys.exit(main())
