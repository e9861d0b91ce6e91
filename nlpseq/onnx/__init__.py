"""Exported models, run by onnxruntime on numpy: nothing here imports torch, but what makes the graphs (`graphs/`).

An export is a folder: graphs, `weights.bin`, the files of the tokenizers, `config.json` and `export.json`.

1. `folder.py` finds it and checks its files by their SHA-256; `session.py` opens a graph.
2. translate.py, summarize.py, classify.py, multilabel.py, tag.py, generate.py: what a user holds of each task, one of
   the protocols of `nlpseq.answers` with a graph behind it; `load` gives that of a folder.
3. `search.py` is the beam search, `sampling.py` the sampling and `crf.py` the reading of tags that `nlpseq.decoding`
   and `nlpseq.layers.crf` have for torch: the same on arrays. `decoder.py`, `rows.py`: what several share.
"""
