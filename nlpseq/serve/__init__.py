"""A web page and a REST interface for trained runs: `nlpseq serve`. It needs `pip install "nlpseq[serve]"`.

A request goes through `guard` (who may ask, how large) to `api` or the route of a task (`routes/<task>.py`: what may be
asked) and on to the one thread of its run: `batches` decodes together what waits together, `generation` lets texts grow
in turn. Around all of it `observe` gives a request its id, its line in the log and its place in `metrics`. `workers`
are several processes on one port, `reloading` puts runs that were trained anew in the place of the old. On the page a
task has a tab, `page/<task>.html` and `page/<task>.js`.
"""
