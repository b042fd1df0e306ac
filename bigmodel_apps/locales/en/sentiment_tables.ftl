# What is wrong with a table of texts.
problem-sentiment-no-text-column = No column holds texts. The columns are: { $columns }. Pick the one with the texts, or add one called “text”.
problem-sentiment-column-unknown = There is no such column. The columns are: { $columns }.
problem-sentiment-column-twice = This column is used for two things. Pick another one for one of them.
problem-sentiment-no-usable-texts = No row has a text that can be read: { $empty } are empty and { $long } longer than { $limit } characters. Pick another column, or shorten the texts.
problem-sentiment-text-too-long = This text is longer than { $limit } characters. Shorten it, or split it over several rows; it has no verdict.
problem-sentiment-date-unreadable = This is not a date that can be read. Write it like 2026-03-05; the row is scored and left out of the trends.
problem-sentiment-table-unfinished = This table is not scored yet. Continue the scoring first.
problem-sentiment-workbook-too-long = A workbook holds at most { $limit } rows here. Take CSV, or filter the table first.
