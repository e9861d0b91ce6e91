"""How each task is served, one file a task, found by its name: what is asked and answered, and its route.

A file has one `ROUTE = Route(...)`, the messages of its questions and answers, and their route. Its tab on the page is
`page/<task>.html` and `page/<task>.js`.
"""
