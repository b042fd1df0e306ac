cs-knowledge = Knowledge
cs-tenant-shop = Sample: Harbour & Pine, online shop
cs-tenant-bank = Sample: Meridian Bank
cs-tenant-helpdesk = Sample: Lumen Works, IT and HR help desk
cs-threshold = Answer from this confidence on
cs-threshold-help = Below the threshold we ask “did you mean”; below half of it we say that the knowledge does not cover the question.
cs-question = Question
cs-question-empty = Type a question, or choose a sample above.

cs-outcome-answer = Answered
cs-outcome-clarify = Did you mean
cs-outcome-not_covered = Not covered
cs-outcome-hand_over = Hand over
cs-say-clarify = I am not sure which of these you mean.
cs-say-not_covered = The knowledge base does not answer this question, so I will not guess.
cs-say-hand_over = You asked for a person. A colleague takes over from here.
cs-source = Source: { $source }
cs-confidence = Confidence { $confidence }, threshold { $threshold }
cs-confidence-over = over { $share }
cs-did-you-mean = Choose one to see its answer:
cs-closest = The closest questions that it does answer:
cs-feedback-kept = Thank you. Your feedback is kept in this workspace.

cs-why = Why this entry
cs-shares-title = What each retriever adds to the score
cs-share-axis = Score
cs-engine-dense = Meaning (vectors)
cs-engine-words = Words (BM25)
cs-engine-characters = Characters (BM25)
cs-engine-gloss = Dictionary glosses (BM25)
cs-candidates = Closest entries
cs-column-entry = Entry
cs-column-question = Stored question
cs-column-score = Score
cs-score-help = Weighted sum over the retrievers of standard deviations above the mean of the candidates.
cs-engine = Answered by: { $engine }

cs-data-title = Your knowledge
cs-data-upload = FAQ table or document
cs-data-help = A table needs a column with questions and one with answers; an id column joins several phrasings of one question. Documents are split into passages.
cs-data-empty = Drop a FAQ table or a document above, or start from one of ours:
cs-data-sample = { $name }
cs-data-create = Index and keep
cs-data-update = Update
cs-data-ready =
    { $reused ->
        [0] **{ $name }** is indexed.
        [one] **{ $name }** is indexed; 1 entry had not changed and was taken over.
       *[other] **{ $name }** is indexed; { $reused } entries had not changed and were taken over.
    }
cs-data-lexical = **{ $name }** is kept and answers by words; its vectors are built when it is next asked.
cs-data-cancelled = Stopped before it was stored. Nothing was changed.
cs-data-deleted = { $name } was indexed and has been deleted since.
cs-data-ask = Ask it
cs-report-entries = Entries
cs-report-phrasings = Phrasings
cs-report-duplicates = Duplicates
cs-report-empty = Empty rows
cs-report-language = { $language } { $entries }
cs-report-languages = Languages: { $languages }. Encoding: { $encodings }.
cs-report-problems =
    { $count ->
        [0] How the table was read
        [one] 1 row was left out
       *[other] { $count } rows were left out
    }
cs-own-title = Kept in this workspace
cs-own-entries =
    { $entries ->
        [one] 1 entry
       *[other] { $entries } entries
    }
cs-own-share = Shared
cs-own-share-help = Everybody who opens this app may ask it.
cs-own-delete = Delete
cs-reset = Reset the demo
cs-reset-explain = Deletes the knowledge bases and the feedback of this browser. What others own stays.
cs-reset-confirm = Delete mine

cs-bulk-title = Answer a file of questions
cs-bulk-upload = Table with a question column
cs-bulk-help = Up to a million rows. Questions asked on the page overtake the file.
cs-bulk-empty = Drop a table with a column of questions, get it back with outcome, entry, answer and confidence.
cs-bulk-found = { $rows } rows; questions are read from “{ $column }”.
cs-bulk-start = Answer file
cs-bulk-label = { $file }, asked of { $knowledge }
cs-bulk-first = The first { $shown } of { $rows } rows; the download has them all.
cs-bulk-download = Download answers

cs-model-explain = English questions are compared by vectors, words and characters. Chinese ones are glossed word by word with a dictionary unless the encoder reads Chinese. Bigger encoders come from the hub when it is in reach.
cs-model-card = Model card of the confidence model

cs-miniature = Answered just now with confidence { $confidence } · { $tenant }

problem-knowledge-empty = Nothing that could be asked was found. A table needs rows with a question and an answer; a document needs text.
problem-knowledge-too-large = { $entries } entries are more than the { $limit } that one knowledge base holds. Split the file by topic.
problem-knowledge-column-missing =
    { $column ->
        [question] No column with questions was found
       *[answer] No column with answers was found
    } among: { $columns }. Name it “{ $column }”.
problem-knowledge-cell-empty = The cell is empty, so the row was left out. Fill it in or delete the row.
problem-knowledge-answer-long = The answer is longer than { $limit } characters, so the row was left out. Split it into several entries.
problem-knowledge-two-answers = The id “{ $id }” already has another answer in row { $first }. Give the rows different ids, or the same answer.
problem-knowledge-id-twice = The id “{ $id }” stands in more than one file, also in { $source }. Give each entry an id of its own.
problem-knowledge-unknown = There is no knowledge base “{ $name }”. Choose shop, bank or helpdesk, or upload one.
problem-knowledge-path-missing = There is no file or folder “{ $name }”. Check the path.
problem-questions-column-missing = No column with questions was found among: { $columns }. Name it “question”.
problem-protocol-unknown = There is no protocol “{ $name }”. Choose one of: { $known }.
problem-protocol-data-missing = { $file } was not found in the data folder. Obtain it from { $source } and name its folder with --data.

metric-recall-at-1 = Right entry first (recall at 1)
metric-recall-at-3 = Right entry among the first three (recall at 3)
metric-overlap = Overlap with the stored question (Jaccard)
metric-answered = Answered
metric-wrong-when-answered = Wrong among the answers given
metric-refused = Out-of-scope questions not answered
metric-auroc = In scope against out of scope (AUROC)

system-bm25 = BM25, words
system-tfidf = TF-IDF
system-lexical = Ours without vectors

group-en = English
group-zh = Chinese
group-heldout = held out
group-tuning = colloquial
group-near = near scope
group-far = far scope
group-shop = shop
group-bank = bank
group-helpdesk = help desk
group-overlap-low = least overlap
group-overlap-middle = middle overlap
group-overlap-high = most overlap
group-unseen = unseen articles

metric-threshold = Threshold
metric-auroc-lead = Lead over the best plain score (AUROC)

system-bm25-share = BM25, share of a full match
system-cosine = Cosine, paragraph
system-cosine-sentence = Cosine, sentence

group-threshold-default = shipped threshold
group-threshold-80 = threshold that answers 80%
group-answerable = answerable or not
group-titles = near misses from titles
