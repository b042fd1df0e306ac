# Classifiers of a user's own images, challengers from corrections, and the models of the page.
view-own-classes = Own classes
model-name-diagnosis-own = Your own classifier
model-name-diagnosis-generator = The generator of drawn patients

diagnosis-own-title = Learn your classes
diagnosis-own-upload = Labelled images: a ZIP with a folder for each class, or images with a table of labels
diagnosis-own-upload-help = At least { $least } different images a class, better a hundred. The middle square of each image is learned from at 28 × 28 pixels in grey or 40 × 40 in colour; only that is kept, in your workspace, until you delete the model.
diagnosis-own-empty = Drop labelled images, at least { $least } a class, or take our sample. What comes of it stays yours and answers only you.
diagnosis-own-sample = Our sample: drawn chest X-rays of nobody
diagnosis-own-counts =
    { $images ->
        [one] { $images } labelled image: { $counts }
       *[other] { $images } labelled images: { $counts }
    }
diagnosis-own-unlabelled =
    { $count ->
        [one] { $count } image has no label and is left out.
       *[other] { $count } images have no label and are left out.
    }
diagnosis-own-most = { $limit } of them are learned from, evenly chosen, as many of each class as their share.
diagnosis-own-versions-empty = None yet. Train one, and read here how it does on images that it has not seen, beside always choosing the most frequent class.
diagnosis-own-verdict-better = Better than { $rival ->
        [image-shipped] the model that ships
        [image-champion] the model in use
       *[most-frequent] always choosing the most frequent class
    }: right on { $ours } of { $images } images that it has not seen, against { $theirs } (difference between { $low } and { $high } points).
diagnosis-own-verdict-worse = Worse than { $rival ->
        [image-shipped] the model that ships
        [image-champion] the model in use
       *[most-frequent] always choosing the most frequent class
    }, here or elsewhere: right on { $ours } of { $images } images that it has not seen, against { $theirs } (difference between { $low } and { $high } points).
diagnosis-own-verdict-same = Not clearly different from { $rival ->
        [image-shipped] the model that ships
        [image-champion] the model in use
       *[most-frequent] always choosing the most frequent class
    }: right on { $ours } of { $images } images that it has not seen, against { $theirs } (difference between { $low } and { $high } points).
diagnosis-own-states = Asked for an answer on { $coverage }: { $answered } of them got one, and { $right } of these are right; { $refused } were refused as another kind of image.
diagnosis-own-of-corrections = These are your corrections, each judged by a model made without it. They are mostly of images that the model got wrong, so its own figure is low by choice.
diagnosis-own-of-drawn = On { $images } drawn images of nobody it is right on { $ours }, the model that ships on { $theirs }.
diagnosis-own-facts-folder = { $learned } images learned from, { $settled } set confidence and gate, { $held_out } held out · started from: { $base } · { $seconds } s · { $created }
diagnosis-own-facts-corrections = { $learned } corrections learned from · started from: { $base } · { $seconds } s · { $created }
diagnosis-own-left-out =
    { $count ->
        [one] { $count } file left out
       *[other] { $count } files left out
    }
diagnosis-own-method-heads = The networks that ship are left as they are; what they see is read anew for these classes. Of the two ways that were tried, this one was surer of the right classes under shifts.
diagnosis-own-method-tuned = Two of the networks that ship were trained on with these images. Of the two ways that were tried, this one was surer of the right classes under shifts.
diagnosis-own-persons = Exact copies count once. Whether images of one person or one slide stand in more than one part is not known here; where they do, these figures are too good.
diagnosis-own-mistake = { $expected } → { $predicted }, { $share }
diagnosis-own-card = Model card

diagnosis-challenge-title = Learn from your corrections
diagnosis-challenge-what = Makes a challenger of what answers now: { $name }. It is used only when you say so.
diagnosis-challenge-empty = No corrections yet. “{ view-try }” takes them under each verdict.
diagnosis-challenge-count =
    { $count ->
        [one] { $count } correction fits its classes; { $least } are needed.
       *[other] { $count } corrections fit its classes; { $least } are needed.
    }
diagnosis-challenge-start = Train a challenger
diagnosis-challenge-job = Challenger
diagnosis-challenge-done = The challenger is ready. Read how it does, then decide.

diagnosis-own-answers = Your own classifier **{ $name }** answers on this page.
diagnosis-model-shipped = Back to the models that ship
diagnosis-model-explain = Our networks say how sure they are and what they do not know. Vision transformers come from the hub when it is in reach, behind our gate; where they are not, the reason is given.
diagnosis-model-speed = { $name }: half of the last answers within { $p50 } ms, 95% within { $p95 } ms ({ $requests } asked since this server was started).
diagnosis-card-xray = Model card: chest X-rays
diagnosis-card-cells = Model card: blood cells
diagnosis-card-generator = Model card: the generator of drawn patients

problem-diagnosis-own-one-class =
    { $found ->
        [0] None of these images has a label. Put the images of each class into a folder of its own, or add a table with file names and labels.
       *[other] All labelled images are “{ $label }”. Add images of at least one other class.
    }
problem-diagnosis-own-many-classes = There are { $found } classes, and up to { $limit } can be learned. Check the folders or the table of labels, or join classes.
problem-diagnosis-own-class-small = “{ $label }” has { $images ->
        [one] { $images } usable image
       *[other] { $images } usable images
    } and needs { $least } different ones. Add some, or join it with another class.
problem-diagnosis-own-copy = This is the same image as { $other }, so it counts once.
problem-diagnosis-own-conflict = This image is “{ $label }” here and “{ $says }” as { $other }, so both were left out. Decide for one.
problem-diagnosis-own-nothing-new = What is in use has learned from these corrections already. Give new ones first.
problem-diagnosis-own-few-corrections = A challenger needs at least { $least } corrections of its classes; there are { $found }. Correct more verdicts first.

metric-image-kind-auc = Told from these by its distance (AUC)
metric-image-right-answered = Class right, among the answers given
system-image-own = Your model
system-image-shipped = The model that ships
system-image-champion = The model in use
