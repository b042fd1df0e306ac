view-gaps = Gaps

asked-period = Period
asked-period-today = Today
asked-period-week = 7 days
asked-period-month = 30 days
asked-period-all = All
asked-bases = Knowledge bases
asked-bases-all = All
asked-source = Whose questions
asked-source-customers = Customers
asked-source-simulated = Simulated
asked-simulated = simulated
asked-simulated-explain = Customers and times are simulated; the answers and the time that each took are the model’s. Only this browser sees them.
asked-simulated-remove = Remove simulated
asked-empty = No questions in this period. Ask something under “{ view-try }”, or widen the period.
asked-empty-simulated = No simulated questions for this choice. Widen the period, or choose a sample.
asked-simulate-explain = To see this view at work, { $questions } of our own questions can be asked of { $knowledge } now, as if customers had asked them over the last 7 days.
asked-simulate = Load simulated week
asked-simulate-cancelled = Stopped. Nothing was stored.

gaps-reasons = Count questions that were
gaps-reason-refused = not covered
gaps-reason-unclear = unclear
gaps-reason-disliked = disliked
gaps-reason-handed_over = handed over
gaps-why = { $reason } { $count }
gaps-grouping = Grouping questions
gaps-group-again = Group the questions
gaps-none = Every question of this choice was settled.
gaps-count =
    { $gaps ->
        [one] 1 gap
       *[other] { $gaps } gaps
    } in { $questions ->
        [one] 1 question
       *[other] { $questions } questions
    }
gaps-more = Show more ({ $count })
gaps-facts =
    { $questions ->
        [one] 1 question
       *[other] { $questions } questions
    } · last asked { $moment } · { $reasons }
gaps-closest = Closest entry: { $entry } ({ $confidence })
gaps-choose = Write an answer
gaps-chosen = Chosen
gaps-examples =
    { $count ->
        [one] The question as it was asked
       *[other] All { $count } questions
    }
gaps-column-question = Question
gaps-column-asked = Asked
gaps-column-reasons = Why it counts
gaps-column-before = Before
gaps-column-after = After
gaps-column-stored = Stored word for word

gaps-way = What to do
gaps-way-new = New entry
gaps-way-existing = Already answered
gaps-target = Add to
gaps-target-copy = A new copy of: { $knowledge }
gaps-question = Question
gaps-phrasings = Further phrasings
gaps-phrasings-first = The first { $shown } of { $count }.
gaps-answer = Answer
gaps-answer-agent = Answer, drafted from a reply
gaps-answer-agent-explain = A person replied this to one of the questions. Check it before you approve it.
gaps-answer-empty = What should customers be told?
gaps-hint = Hint: the closest entry
gaps-hint-explain = An excerpt of what the knowledge says on something similar (confidence { $confidence }). It was not sure enough to be the answer.
gaps-id = Id
gaps-existing = Entry that answers it
gaps-copied = { $knowledge } cannot be changed: a copy of it becomes yours.
gaps-added = Goes into { $knowledge }.
gaps-approve = Approve and measure
gaps-dismiss = Dismiss
gaps-dismiss-help = Leaves these questions out. Asked again, they count again.
gaps-reopen =
    { $count ->
        [one] Bring back 1 dismissed question
       *[other] Bring back { $count } dismissed questions
    }

gaps-approve-label = Answer to: { $question }
gaps-approve-cancelled = Stopped before it was stored. The draft is still here.
gaps-done = { $name } has the answer.
gaps-done-copied = { $name } has the answer: a copy of { $knowledge }, now yours and chosen.
gaps-not-measured = It is stored, and measuring was stopped.
gaps-close = Close
gaps-settled = Of the { $questions } different questions of this gap, { $settled } are answered now.
gaps-own-questions = The questions of the gap, before and after
gaps-stored-explain = A question that is stored word for word is sure to be found; the others show what the entry understands.
gaps-made = { $outcome }: { $entry } ({ $confidence })
gaps-regression = Other questions, before and after
gaps-regression-clear = Of { $questions } other questions, { $changed } came out differently: { $better } better and { $worse } worse. That is unlikely to be chance (McNemar’s exact test, p = { $p }).
gaps-regression-chance = Of { $questions } other questions, { $changed } came out differently: { $better } better and { $worse } worse. That is within chance (McNemar’s exact test, p = { $p }).
gaps-check-heldout = Asked: the sample’s held-out questions in the language of the entry, and questions that it does not cover. 95% intervals, threshold 0.5.
gaps-check-phrasings = Asked: the last stored phrasing of each entry that has several, taken out while it is asked, and questions on other topics. 95% intervals, threshold 0.5.
gaps-check-stored = Asked: the stored questions as they stand, since no entry has several phrasings, and questions on other topics. This shows only whether another entry takes them over. 95% intervals, threshold 0.5.
gaps-changes = Changes
gaps-change-entry = Last change: new entry { $id }
gaps-change-phrasings =
    { $count ->
        [one] Last change: 1 phrasing of { $id }
       *[other] Last change: { $count } phrasings of { $id }
    }
gaps-undo = Undo
gaps-undo-label = Undo: { $name }
gaps-undone = { $name } is as it was before.

problem-gap-question-empty = The question is empty. Write one.
problem-gap-answer-empty = The answer is empty. Write what customers should be told.
problem-gap-id-empty = The id is empty. Write one.
problem-gap-id-taken = The knowledge base has an entry “{ $id }” already. Choose another id, or add the phrasings to that entry.
problem-gap-entry-missing = The knowledge base no longer has the entry “{ $id }”. Choose another one.
problem-gap-phrasings-empty = The entry has all of these phrasings already. Tick one that it does not have.
problem-gap-nothing-to-undo = There is no change to undo. The content may have been replaced since.
problem-gap-base-changed = The knowledge base was changed meanwhile. Approve again; your draft is kept.
