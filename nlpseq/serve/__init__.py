"""A web page and a REST interface for trained runs: `nlpseq serve`. It needs `pip install "nlpseq[serve]"`.

A request goes through `guard` (who may ask, how large) to `api` or the route of a task (`routes/<task>.py`: what may be
asked) and on to the one thread of its run: `batches` decodes together what waits together, `generation` lets texts grow
in turn. On the page a task has a tab, `page/<task>.html` and `page/<task>.js`.
"""
