"""From files or the hub to padded batches: corpus -> encode -> encoded -> sampler -> loader -> batch.

`corpus` reads parallel text into Arrow-backed data sets, `encode` turns a column of text into token ids, over several
processes where that pays, `encoded` keeps the token ids of a split memory-mapped on disk, `sampler` cuts an epoch into
token-budget batches of like lengths, `loader` joins the two, resumably, and `batch` is what comes out: padded tensors,
never packed ones.
"""
