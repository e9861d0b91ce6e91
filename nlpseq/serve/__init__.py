"""A web page and a REST interface for trained runs: `nlpseq serve`. It needs `pip install "nlpseq[serve]"`.

A request goes through `guard` (who may ask, how large) to `api` or `writing` (what may be asked: `messages`) and
on to the one thread of its run: `batches` decodes together what waits together, `generation` lets texts grow in turn.
"""
