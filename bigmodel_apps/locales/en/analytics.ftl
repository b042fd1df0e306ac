view-analytics = Analytics

fate-answer = Answered
fate-clarify = Asked back
fate-not_covered = Not covered
fate-hand_over = Asked for a person
fate-small_talk = Small talk

analytics-questions = Questions
analytics-conversations = Conversations
analytics-response = Response time of the model
analytics-hand-over = Handed over
analytics-wait = First reply of a person
analytics-closing = Until closed
analytics-rating = Rating (1–5)
analytics-thumbs = Thumbs up
analytics-high-90 = 90%
analytics-high-95 = 95%
analytics-high = { $name } within { $value }, n = { $n }
analytics-interval = { $low } – { $high }, n = { $n }
analytics-too-few = too few
analytics-over-time-hour = Questions by hour
analytics-over-time-day = Questions by day
analytics-over-time-week = Questions by week
analytics-when = When
analytics-outcome = Outcome
analytics-outcomes = What became of the questions
analytics-outcomes-answered = { $share } of { $count } questions were answered
analytics-share = Share of the questions
analytics-share-count = { $share } ({ $count })
analytics-top-gaps = Largest gaps
analytics-gap =
    { $question } – { $questions ->
        [one] 1 question
       *[other] { $questions } questions
    }, { $base }
analytics-by-base = By knowledge base
analytics-by-language = By language of the question
analytics-group = Group
analytics-note = Shares and times need at least { $least } observations. Large figures of time are medians. Shares have 95% Wilson intervals, the rating has a 95% bootstrap interval; questions of one conversation count singly.
