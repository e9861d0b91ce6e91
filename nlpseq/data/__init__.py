"""From files or the hub to padded batches, in five steps; a resumed run draws the batches it would have drawn.

1. Find which files, or which splits of the hub, are a corpus, and which columns are what.
   splits.py      the files or splits for training, validation and test
   hub.py         names of the hub, and requests to it
   columns.py     text and label, document and summary
   pairs.py       the two sides of a pair in a table
   languages.py   what people call a language or a side
2. Read their rows, each error with its file and line, into data sets that lie in an Arrow cache.
   sources.py     what the rows of a split are read from
   parallel.py    pairs: columns "src" and "tgt"
   labelled.py    labelled texts: columns "text" and "label"
   multilabelled.py  texts with any number of labels: columns "text" and "labels"
   tagged.py      tagged sentences: columns "tokens" and "tags"
   labels.py      labels of any type as strings
   arrow.py       the cache
   pieces.py      a table or text in several numbered files
   readers.py     one reader a format, over the next five
   textfile.py    text files, whatever wrote them
   delimited.py   csv and tsv
   sheet.py       xlsx
   arrowfile.py   parquet and Arrow
   memories.py    translators' formats, over the next seven
   tmx.py         TMX
   xliff.py       XLIFF 1.2 and 2.0
   xliff_gaps.py  what it leaves to be translated, filled in
   xmlfile.py     XML, of both
   gettext.py     PO
   gettext_gaps.py  what it leaves to be translated, filled in
   gaps.py        what both fill in
   table.py       tables with all of their columns
   table_writer.py  and with more of them
   given.py       what a program holds in memory, as a corpus
3. Part what has no split of its own.
   partition.py   held-out rows and folds
   overlap.py     rows that stand in two splits
4. Encode each text once.
   encode.py      a column into token ids, over several processes where that pays
   truncate.py    what is read of a text that is too long
   word_forms.py  the characters of a word
   rows_writer.py  ids to disk as they come
   rows.py        the ids of a split on disk, memory-mapped, in sampled copies
   characters.py  steps 1 to 4 for text files of any size
5. Batch, resumably.
   sampler.py     rows of like lengths under a token budget
   loader.py      the sampler's rows, collated
   batch.py       what comes out: padded tensors, never packed ones
   tag_batch.py   the same of tagged sentences: words and their characters
   windows.py     step 5 for one long text
"""
