view-evaluate = Evaluate

evaluate-questions-title = Questions with known answers
evaluate-source = Where the questions come from
evaluate-source-sample = Our sample
evaluate-source-file = Your file
evaluate-sample-name = Held-out questions of the sample
evaluate-sample-explain = Questions that we wrote for this sample from its answers alone and never used for tuning, and questions that it does not cover.
evaluate-upload = Table of questions and expected entries
evaluate-upload-help = One row a question, up to 20,000: the question, and the id of the entry that answers it. Leave the id empty where the question should not be answered.
evaluate-empty = Drop a table with the columns question and expected_id, or start from one in this form:
evaluate-empty-own = Drop a table with the columns question and expected_id. The ids are those of your knowledge base.
evaluate-column-question = Column of the questions
evaluate-column-expected = Column of the expected ids
evaluate-column-none = Choose a column
evaluate-column-needed = Choose the column of the questions and the column of the expected ids.
evaluate-asked =
    { $questions ->
        [one] { $questions } question
       *[other] { $questions } questions
    }, of which { $refusals } should not be answered
evaluate-configurations-title = What answers them
evaluate-compare = Compare with B
evaluate-model = Model
evaluate-engine = Retrieval
evaluate-engine-hybrid = vectors and words
evaluate-engine-lexical = words alone
evaluate-threshold = Answer from this confidence on
evaluate-configuration = { $model }, { $engine }, answers from { $threshold } on
evaluate-side = { $system }: { $configuration }
evaluate-start = Evaluate
evaluate-label = { $file }, asked of { $knowledge }

evaluate-verdict = { $finding } { $chance }
evaluate-verdict-one = A handles { $correct } of { $questions } questions correctly ({ $interval }).
evaluate-verdict-more = { $better } handles { $points } points more questions correctly than { $worse }: { $more } against { $less } (difference between { $low } and { $high } points).
evaluate-verdict-same = A and B handle the same number of questions correctly ({ $correct }).
evaluate-verdict-clear = That is unlikely to be chance (p { $p }).
evaluate-verdict-chance = This could be chance (p { $p }).
evaluate-note-correct = Handled correctly: the right entry answers, or nothing answers where nothing should. Wrong among the answers given counts answers to questions that should not be answered. The right entry is looked for among the first 20.
evaluate-note-interval = Intervals: 95% bootstrap, where questions about one entry are drawn together; exact where all agree. Calibration error: ten bins of equal size.
evaluate-note-test = Only A is correct on { $first }, only B on { $second } questions; p is that of McNemar’s exact test. “Unlikely to be chance” needs p below 0.05 and an interval of the difference without zero.
evaluate-note-code = Measured by code revision { $version }.

evaluate-how = How to read this
evaluate-figures = All figures
evaluate-coverage = Share of the questions answered, surest first
evaluate-risk = Wrong among them
evaluate-system = Configuration
evaluate-curve-one = With the surer half of the questions answered, { $risk } of the answers are wrong
evaluate-curve-two = With the surer half of the questions answered, A has { $first } of its answers wrong, B { $second }
evaluate-expected = Expected
evaluate-nothing = no answer
evaluate-made-right = ✓ { $outcome } ({ $confidence })
evaluate-made-wrong = ✗ { $outcome } ({ $confidence })
evaluate-differences =
    { $count ->
        [one] The one question that only A or only B handles correctly
       *[other] Questions that only A or only B handles correctly: { $count }, the surest mistakes first
    }
evaluate-no-differences = A and B handle the same questions correctly.
evaluate-worst = Sure and wrong: { $system }
evaluate-no-worst = { $system } gave no wrong answer.
evaluate-first = The first { $shown } of { $count }; the download has them all.
evaluate-download = Every question (CSV)
evaluate-report-title = Evaluation: { $file }, asked of { $knowledge }

system-a = A
system-b = B

metric-correct-outcome = Handled correctly
metric-mrr = Mean reciprocal rank of the right entry
metric-answered-covered = Covered questions answered
metric-ece = Calibration error of the confidence (ECE)

problem-labelled-one-column = The questions and the expected ids cannot be in the same column. Choose two.
problem-labelled-question-empty = There is no question, so the row was left out. Write one or delete the row.
problem-labelled-id-unknown = The knowledge base has no entry “{ $id }”, so the row was left out. Correct the id, or leave it empty where the question should not be answered.
problem-labelled-duplicate = The same question stands in row { $first }, so this row was left out. Delete one of them.
problem-labelled-contradiction = The same question stands in row { $first } with another id, so this row was left out. Decide which entry is right and delete the other row.
problem-labelled-none = No question was found. Add a row with a question and the id of its entry.
problem-trial-same = A and B are the same. Change the model, the retrieval or the threshold of one of them, or do not compare.
problem-trial-data-missing = Name the table of questions and expected ids with --data.
problem-labelled-columns-missing = No columns with questions and expected ids were found among: { $columns }. Name them question and expected_id.
