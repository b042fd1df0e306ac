view-inbox = Inbox

conversation-placeholder = Ask a question
conversation-placeholder-person = Write to the person
conversation-placeholder-waiting = Write while you wait
conversation-new = New conversation
conversation-example = Example, answered just now. It is not stored.
conversation-retry = Try again
conversation-preview = What the threshold would give now. It was answered at { $threshold }.
conversation-above =
    { $points ->
        [one] { $points } point above
       *[other] { $points } points above
    }
conversation-below =
    { $points ->
        [one] { $points } point below
       *[other] { $points } points below
    }
conversation-nothing-searched = Nothing was searched: this was not a question.

conversation-composed = composed by a chat model

conversation-reason = What is wrong with it
conversation-reason-wrong = Wrong
conversation-reason-incomplete = Incomplete
conversation-reason-not_asked = Not what I asked
conversation-reason-outdated = Outdated
conversation-reason-other = Other
conversation-comment = In your words
conversation-feedback-changed = Thank you. Your reason is kept with the answer.

conversation-talk-greeting = Hello. What would you like to know?
conversation-talk-thanks = You are welcome.
conversation-talk-goodbye = Goodbye. This conversation stays here if you come back.
conversation-talk-identity = I am a program that answers from this knowledge base, not a person. A person can take over whenever you like.
conversation-talk-complaint = I am sorry that this did not help. Ask in other words, or talk to a person.
conversation-talk-acknowledgement = All right. Ask whenever you like.

conversation-person = Talk to a person
conversation-person-offer = This did not help so far. A person can take over.
conversation-back = Back to the assistant
conversation-desk-open = Demonstration desk: everybody who opens this server's inbox can read what is written here.
conversation-desk-own = Only the owner of this knowledge base can read what is written here.

conversation-notice-waiting = You are being transferred to a person.
conversation-transfer-about = You are being transferred to a person. Average wait here: { $wait }.
conversation-notice-joined = { $agent } has joined.
conversation-notice-closed = { $agent } has closed the ticket. The assistant answers again.
conversation-notice-withdrawn = You are talking to the assistant again.
conversation-state-waiting = Waiting for a person, ticket { $number }
conversation-state-active = You are talking to { $agent }, ticket { $number }

conversation-rate = How did { $agent } do?
conversation-rate-comment = Comment (optional)
conversation-rate-send = Send rating
conversation-rated = Thank you. You gave { $rating } of 5 stars.

desk-code = Agent code
desk-code-explain = This view is for agents. Enter the code of this installation.
desk-code-enter = Open
inbox-name = Your name, as customers see it
inbox-counts = { $waiting } waiting · { $active } active · { $closed } closed
inbox-empty = Nobody has asked for a person yet. Open Try in another browser, ask something that the knowledge does not cover, and choose “Talk to a person”: the ticket appears here within two seconds.
inbox-scope = Here: the sample desks, which every visitor may serve, and the knowledge bases that you own.
inbox-waiting = Waiting
inbox-active = Active
inbox-closed = Closed
inbox-ticket = { $unread ->
        [0] #{ $number } · { $title }
       *[other] :material/mark_chat_unread: **#{ $number } · { $title }**
    }
inbox-no-question = No question yet
inbox-waits = { $desk } · waiting for { $wait }
inbox-with = { $desk } · with { $agent }
inbox-was-with = { $desk } · { $agent }
inbox-was-withdrawn = { $desk } · the customer went back to the assistant
inbox-choose = Choose a ticket to read and answer it.
inbox-title = Ticket { $number }
inbox-summary = { $reason }. Last question: “{ $question }”. The assistant: { $outcome }. Closest entry: { $entry }. Language: { $language }.
inbox-summary-empty = { $reason }, before any question.
inbox-reason-asked = The customer asked for a person
inbox-reason-chosen = The customer chose to talk to a person
inbox-reason-offered = The customer accepted the offer of a person
inbox-sources = What the assistant found
inbox-source = { $question } ({ $id })
inbox-drafts = Suggested replies: a click copies one above, where you can change it
inbox-reply = Your reply
inbox-send = Send
inbox-take = Take
inbox-close = Close ticket
inbox-taken = { $agent } is serving this customer.
inbox-rating = Rated { $rating } of 5
inbox-rating-comment = Rated { $rating } of 5: { $comment }
inbox-entry-gone = The knowledge base has no such entry any more.

problem-agent-code-wrong = This is not the code. Ask whoever runs this server.
