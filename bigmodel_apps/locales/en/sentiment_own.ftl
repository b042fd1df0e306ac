problem-own-one-column = The texts and the labels cannot be in the same column. Choose two.
problem-own-columns-missing = No columns with texts and labels were found among: { $columns }. Name them text and label.
problem-own-text-empty = There is no text, so the row was left out. Write one or delete the row.
problem-own-label-empty = There is no label, so the row was left out. Fill it in or delete the row.
problem-own-duplicate = Row { $first } holds the same text with the same label, so this row was left out.
problem-own-conflict = This text is “{ $label }” here and “{ $other }” in row { $first }, so these rows were left out. Decide for one label and delete the other rows.
problem-own-corrected = Your correction says “{ $given }” and this row “{ $label }”; the correction counts.
problem-own-label-merged = Labels that differ in form alone were taken as “{ $label }”: { $variants }.
problem-own-label-similar = “{ $rare }” ({ $rows } rows) looks like a slip of “{ $common }”. If it is one, correct it in the file.
problem-own-label-same-meaning = “{ $label }” ({ $rows } rows) and “{ $other }” may mean the same. If so, use one of them in the file.
problem-own-no-rows = No row has both a text and a label. Add some, or choose other columns.
problem-own-one-class = Every text is “{ $label }”. Add texts of at least one other class.
problem-own-too-many-classes = There are { $classes } classes, and up to { $limit } can be learned. Check the column of the labels, or join classes.
problem-own-class-too-small =
    { $alike ->
        [0] “{ $label }” has { $texts ->
            [one] { $texts } text
           *[other] { $texts } texts
        } and needs { $needed }. Add some, or join it with another class.
       *[other] “{ $label }” has { $texts } texts, but only { $rows } of them count, and { $needed } are needed: of texts that differ only in numbers and punctuation one counts, for the class where it stands first. Add other texts, or join the class with another.
    }
problem-own-weights-unreadable = { $file } cannot be read as a model of own labels. Train it again.
problem-own-model-unknown = This model of your own labels is not open. Choose it again in the list of your models.
problem-own-encoder-changed = This model was trained with another version of the encoder { $encoder }. Train it again.
problem-own-shipped-changed = The model that ships has changed since “{ $name }” was trained, so its figures no longer hold exactly. Train it again.

metric-own-training-time = Time to train on own labels
metric-own-model-size = Size of a model of own labels
metric-own-accuracy = Class right on texts held out (accuracy)
metric-class-recall = Found (recall of the class)
metric-class-precision = Rightly so called (precision of the class)

engine-own-labels = Your own labels
system-own-labels = Your model
system-own-words = Words alone
system-own-majority = Always the most frequent class
system-own-shipped = The model that ships
system-own-champion = The model in use

problem-trust-no-sentence = There is no sentence. Write one with {"{name}"} where the names go.
problem-trust-no-slot = There is no place for the names. Write {"{name}"} where they go, or say which word they replace.
problem-trust-too-many =
    { $what ->
        [sentences] There are more than { $limit } sentences. Leave some out.
        [groups] There are more than { $limit } groups. Leave some out.
       *[names] There are more than { $limit } names. Leave some out.
    }
problem-trust-too-few-names = Enter at least two names, and at least one for each group, with commas between them.
problem-trust-no-group = Other lines begin with a group, this one does not. Begin it with the name of its group and a colon, such as “women: Anna, Emily”.
problem-trust-name-twice = Each name counts once, and these stand more than once: { $names }.
problem-trust-no-text = There is no text to change. Enter one or more.

own-verdict-better = Your model is better than { $rival ->
        [shipped] the model that ships
        [champion] the model in use
        [words] words alone
       *[majority] always choosing the most frequent class
    }: it is right on { $ours } of { $texts } texts held out, against { $theirs } (difference between { $low } and { $high } points).
own-verdict-worse = Your model is worse than { $rival ->
        [shipped] the model that ships
        [champion] the model in use
        [words] words alone
       *[majority] always choosing the most frequent class
    }: it is right on { $ours } of { $texts } texts held out, against { $theirs } (difference between { $low } and { $high } points).
own-verdict-same = Your model is not clearly different from { $rival ->
        [shipped] the model that ships
        [champion] the model in use
        [words] words alone
       *[majority] always choosing the most frequent class
    }: it is right on { $ours } of { $texts } texts held out, against { $theirs } (difference between { $low } and { $high } points).

trust-gap-even = Even: between { $first } and { $second } the score moves by { $gap } on average over { $templates } sentences; up to { $limit } counts as even.
trust-gap-uneven = Uneven: between { $first } and { $second } the score moves by { $gap } on average over { $templates } sentences; more than { $limit } counts as uneven.
trust-gap-unclear = Unclear: between { $first } and { $second } the score moves by { $gap } on average over { $templates } sentences, and the interval holds the limit of { $limit }. Try more sentences.
trust-spread-even = Even: from name to name the score moves by { $spread } on average over { $templates } sentences; up to { $limit } counts as even.
trust-spread-uneven = Uneven: from name to name the score moves by { $spread } on average over { $templates } sentences; more than { $limit } counts as uneven.
trust-spread-unclear = Unclear: from name to name the score moves by { $spread } on average over { $templates } sentences, and the interval holds the limit of { $limit }. Try more sentences.
trust-flips = The verdict depends on the name in { $flips } of { $templates } sentences.
trust-change-typo = Slips of the pen: { $rate } of { $texts } texts keep their verdict, and their score within { $move } ({ $low } – { $high }).
trust-unchanged-typo = Slips of the pen: no text holds a word long enough for one.
trust-change-addition = Additions that say nothing: { $rate } of { $texts } texts keep their verdict, and their score within { $move } ({ $low } – { $high }).
trust-unchanged-addition = Additions that say nothing: no text can take one.
trust-change-negation = Negation: the score of { $rate } of { $texts } texts moves to the other side by more than { $move } ({ $low } – { $high }).
trust-unchanged-negation = Negation: no text of one sentence with an opinion can be negated by our simple rule.
