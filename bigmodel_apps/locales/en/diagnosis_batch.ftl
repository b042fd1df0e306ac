# Many images at once.
diagnosis-batch-title = Images of your own
diagnosis-batch-upload = ZIP, or several images
diagnosis-batch-help = Labels come from the names of folders in the ZIP, or from a table (CSV, TSV, XLSX) with a column of file names and one called “label”. Nothing is unpacked to disk. Kept are small copies of the images, the names of the files and their labels; names and labels also stand in what you download.
diagnosis-batch-empty-title = Many images at once
diagnosis-batch-empty = With a folder for each class, or a table of labels, you see how good the verdicts are on your images: curves, a movable threshold, reliability, the worst errors. Our sample stands below.
diagnosis-batch-count-files = Files
diagnosis-batch-count-images = Images
diagnosis-batch-count-labelled = With a label
diagnosis-batch-count-labels = Labels
diagnosis-batch-count-left-out = Left out
diagnosis-batch-left-out =
    { $count ->
        [one] One file was left out
       *[other] { $count } files were left out
    }
diagnosis-batch-unlabelled = No labels: verdicts can be given, but not how good they are.
diagnosis-batch-labels-folders = Labels from folders: { $labels }.
diagnosis-batch-labels-table = Labels from the table: { $labels }.
diagnosis-batch-more-labels = { $count } more
diagnosis-batch-reader = Who reads them
diagnosis-batch-read =
    { $count ->
        [one] Read { $count } file
       *[other] Read { $count } files
    }
diagnosis-batch-kept = Kept ({ $count })
diagnosis-batch-images =
    { $count ->
        [one] { $count } image
       *[other] { $count } images
    }
diagnosis-batch-stopped = { $done } of { $count } files were looked at.
diagnosis-batch-stopped-files-gone = { $done } of { $count } files were looked at. Give the same files again above to go on.
diagnosis-batch-which = Batch
diagnosis-batch-sample = Simulated X-rays (sample)
diagnosis-batch-drawing = Drawing the sample…
diagnosis-batch-again = Read again
diagnosis-batch-simulated = Simulated: drawn by our generator and re-exposed, moved and blurred; a few are turned or inverted. The label is the class an image was drawn as. These figures say nothing about patients.
diagnosis-batch-facts = Read on { $date } by { $model }; { $coverage } of images such as the held-out ones get an answer.
diagnosis-batch-asked = What is asked
diagnosis-batch-positive = Class that is asked about
diagnosis-batch-prevalence-equal = All classes equally frequent
diagnosis-batch-prevalence-these = As in these images ({ $share })
diagnosis-batch-prevalence-other = Another share
diagnosis-batch-match = What the labels mean
diagnosis-batch-match-help = Which class each label of your files means. Images whose label means none are not measured.
diagnosis-batch-means-none = None of them
diagnosis-batch-csv = Verdicts (CSV)
diagnosis-batch-nameless = Without file names
diagnosis-batch-nameless-help = File names may say who somebody is. With this on, the files that you download number the images instead; their labels stay.
diagnosis-batch-all-unknown = Every image is of another kind than this model knows, so no class is named. Choose another model above, or train one under “Own classes”.
diagnosis-batch-parts = What is shown of the batch
diagnosis-batch-part-threshold = Threshold
diagnosis-batch-part-sure = How sure
diagnosis-batch-part-worst = Worst errors
diagnosis-batch-part-images = All images
diagnosis-batch-part-said = Probabilities
diagnosis-batch-part-first = Look at first
diagnosis-batch-measuring = Measuring…
diagnosis-batch-right-wrong = Right and wrong
diagnosis-batch-called = Called
diagnosis-batch-bands = Bands: 95% bootstrap intervals over { $images } images. The diamond is the threshold in use.
diagnosis-batch-threshold = From which probability on it is “{ $name }”
diagnosis-batch-reach = Find at least
diagnosis-batch-reach-help = Sets the threshold so that this share of the class is found among these images. Chosen and measured on the same images, it looks better than it will be on others.
diagnosis-batch-reliability = Ten bins of equally many images, with 95% Wilson intervals. On the dashed line, probabilities are what they say.
diagnosis-batch-risk = If only the surest share were answered, so many of those would be wrong; the band is a 95% interval.
diagnosis-batch-answered = Answered: { $share }
diagnosis-batch-confusion = Most probable class by known class
diagnosis-batch-worst = Wrong, the surest first. The probability is at the share that is asked about.
diagnosis-batch-none-wrong = No image was given the wrong class.
diagnosis-batch-no-figures = No labels, so how good this is cannot be said. What can be: what was said, how sure, and what to look at first.
diagnosis-batch-no-figures-match = No label means one of the classes yet, so how good this is cannot be said. Say it under “What the labels mean”.
diagnosis-batch-first = First what the model is not sure of, then what it does not know.
diagnosis-batch-first-none = Every image got an answer.
diagnosis-batch-spread = How probable “{ $name }” is in these images
diagnosis-batch-chance = Probability of “{ $name }”
diagnosis-batch-filter-states = Verdict
diagnosis-batch-filter-labels = Label
diagnosis-batch-filter-name = File name
diagnosis-batch-filter-wrong = Wrong only
diagnosis-batch-shown = { $shown } of { $count } images
diagnosis-batch-shown-first = The table shows the first { $shown }; the file holds all.
diagnosis-batch-pick = Pick a row to see its image.
diagnosis-batch-file = File
diagnosis-batch-label = Label
diagnosis-batch-verdict = Verdict
diagnosis-batch-class = Class
diagnosis-batch-distance = Distance
diagnosis-batch-size = Size
