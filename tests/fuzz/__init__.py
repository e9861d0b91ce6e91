"""A seeded fuzzing campaign against the command line: whatever it is given, it ends soon, in a sentence.

1. `bases` writes a small corpus of each task and trains a small run on it.
2. `recipes`, `flags`, `corpora`, `folders` and `strings` each deal out cases: files in a folder of the case's own, and
   a command. A case follows from the campaign's seed and its own number alone.
3. `driver` runs each case through `nlpseq.cli.main` in a child of a process that has everything imported, so that one
   that hangs or eats the memory can be ended, and says what is wrong with how it ended.

    python -m tests.fuzz --cases 300 --seed 1          a campaign, and a table by kind
    python -m tests.fuzz --seed 1 --only 17 --keep     one case of it, whose folder is kept
"""
