"""What every run folder has, whatever its task; nothing here knows a task.

- swap.py: a run folder changes all at once; the lock, the version in the making, the swap
- lock.py: one process at a time works in a folder
- entries.py: what may lie in it; what leads out of it is refused
- folder.py: the names of its files, its settings and metrics
- stages.py: which stages are done, and with what settings
- splits.py, corpus.py: the three splits of its text, drawn from the corpus and saved
- start.py: a run that begins from a trained model
- training.py: the training stage, not done twice and resumed where it was left
- saved_model.py: the model in it, found, checked and sealed
- hub.py: models to and from the Hugging Face hub
- record.py: what its files say of it, as they stand there; facts.py: the same in words, for reports
- outputs.py: the files that an evaluation leaves; explanations.py: the one that says which tokens led to mistakes
- length_batches.py, size_batches.py: the texts that a model is used on, in batches
"""
