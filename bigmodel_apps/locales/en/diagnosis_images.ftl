# What files beside their pictures said, and why it went.
diagnosis-removed-patient = says who the patient is, or something about them
diagnosis-removed-person = names a person
diagnosis-removed-date = a date or a time
diagnosis-removed-place = says where
diagnosis-removed-device = says which device
diagnosis-removed-uid = a number that finds this image elsewhere; a new one takes its place where one is needed
diagnosis-removed-text = free text, which may hold anything
diagnosis-removed-private = a private element, whose content nobody can know
diagnosis-removed-overlay = an overlay, which may show text
diagnosis-removed-curve = a curve or a waveform
diagnosis-removed-thumbnail = a small copy of the image
diagnosis-removed-nested = a sequence, with all that is nested in it
diagnosis-removed-bytes = bytes that are no part of the image
diagnosis-removed-header = stood in the header of the file
diagnosis-removed-not-needed = not needed to see the image

# What is wrong with an image, or to be known of it.
problem-image-not-found = There is no such file. Check the path.
problem-image-unreadable = This file cannot be opened ({ $reason }). Check that it is a file and that you may read it.
problem-image-empty = This file is empty. Export the image again.
problem-image-too-large = This file is larger than { $limit } MB. Export the image smaller, or fewer frames of it.
problem-image-unsupported = This is not an image that can be read here, whatever its name says. Use PNG, JPEG, WebP, TIFF or DICOM.
problem-image-corrupt = This image is damaged or not complete. Export it again.
problem-image-too-many-pixels = This image says that it has more than { $limit } million pixels; it was not opened. Export it smaller.
problem-image-too-small = This image has { $width } × { $height } pixels; at least { $limit } a side are needed to see anything in it.
problem-image-animated =
    { $frames ->
        [one] The file holds { $frames } moving picture; the first picture was read.
       *[other] The file is animated and has { $frames } pictures; the first one was read.
    }
problem-image-frames-left-out = The file has { $frames } frames or pages; the first { $limit } are shown.
problem-image-turned = The picture was turned upright by { $degrees } degrees, as the file asks for (EXIF).
problem-image-shrunk = The picture was reduced to { $side } pixels on its longer side.
problem-image-transparent = Transparent parts were laid on black.
problem-image-cmyk = The picture is in printing colours (CMYK) and was turned into red, green and blue.
problem-image-depth-guessed = The file has 16 bits a pixel but uses { $bits }; brightness was spread over these.
problem-image-range-stretched = Values run from { $low } to { $high }; the lowest was drawn black and the highest white.
problem-image-burned-in-suspected = There seems to be text in the picture itself. It was not removed: look whether it names anybody before you pass the image on.
problem-image-burned-in-declared = The file says that text is burned into its picture. It was not removed: look whether it names anybody before you pass the image on.
problem-image-dicom-corrupt = This DICOM file is damaged or not complete. Export it again.
problem-image-dicom-no-pixels = This DICOM file holds no image (it may be a report, a plan or an index). Choose an image.
problem-image-dicom-photometric = This DICOM file stores its colours in a way that is not read here. Export it as grey or RGB.
problem-image-dicom-bits = This DICOM file has more than 16 bits a pixel, or fewer than it needs. Export it with 8 to 16.
problem-image-dicom-compression = This DICOM file is compressed in a way that is not read here ({ $name }). Export it without compression.
problem-image-dicom-table-applied = The file's own brightness table was applied.
problem-image-dicom-window-guessed = The file suggests no window; its whole range of values is shown.
problem-image-dicom-windows =
    { $count ->
        [one] The file suggests { $count } window.
       *[other] The file suggests { $count } windows; the first one is applied.
    }

# Many images at once.
problem-image-archive-damaged = This is not a ZIP file, or it is damaged. Pack the images again.
problem-image-archive-too-large = This ZIP file is larger than { $limit } MB. Split it.
problem-image-archive-bomb = What is in here would unpack to more than { $limit } MB; nothing was unpacked. Split it.
problem-image-archive-too-many = There are { $count } files in here; at most { $limit } are read. Split them.
problem-image-archive-empty = There is nothing in here that could be an image.
problem-image-archive-encrypted = This file is protected by a password and was left out.
problem-image-archive-method = This file is packed in a way that is not read here and was left out. Pack it with the usual method (Deflate).
problem-image-archive-twice = There are several files of this name; the first one was taken.
problem-image-archive-unsafe-name = The name of this file leads out of the archive; it was left out.
problem-image-archive-nested = Archives within archives are not opened; it was left out. Unpack it first.
problem-image-archive-entry-damaged = This file cannot be unpacked; it is damaged.
problem-image-archive-table-unfit = This table does not say which image has which label. It needs a column with file names and one called “label”.
problem-diagnosis-too-few-known = Figures need at least { $least } images of the class and { $least } of others whose class is known; there are { $sick } and { $others }.
problem-diagnosis-batch-other-files = These are not the files that were begun with. Give the same files again to go on.
problem-diagnosis-batch-nothing-read = None of these files could be read as an image.
problem-diagnosis-batch-unfinished = These images are not all read yet. Go on with them first.
problem-diagnosis-batch-no-labels = No label says one of the classes. Labels: { $labels }. Classes: { $classes }. Say which label means which class.

# The report of a batch or of one image.
dr-title = Image diagnosis: { $name }
dr-headline =
    { $images ->
        [one] { $images } image was read: { $answered } answered, { $unsure } not sure, { $unknown } of an unknown kind.
       *[other] { $images } images were read: { $answered } answered, { $unsure } not sure, { $unknown } of an unknown kind.
    }
dr-two-sentences = { $first } { $second }
dr-quality = On the { $images } whose class is known and that got probabilities, the area under the ROC curve for “{ $name }” is { $auc }, and the likelier class is right for { $accuracy }.
dr-interval = { $value } ({ $low } to { $high })
dr-threshold = From { $threshold } on, { $sensitivity } of “{ $name }” are found ({ $hits } found, { $misses } missed) and { $specificity } of the others are passed ({ $alarms } false alarms).
dr-scored-on = Read on { $date } by { $engine }.
dr-engine = Read by { $engine }.
dr-verdict-of = { $state }: { $label }
dr-distance = Distance from the images that the model knows: { $distance }; above 1 the kind is unknown.
dr-verdicts = What was said
dr-states-title = Images by verdict
dr-share-of-images = Share of the images
dr-count-of = { $count } of { $total }
dr-how-good = How good that is
dr-at-threshold = At the threshold { $threshold }
dr-how-sure = Whether it is as sure as it is right
dr-first = To be looked at first
dr-worst = Wrong, the surest first
dr-left-out =
    { $count ->
        [one] { $count } file left out
       *[other] { $count } files left out
    }
dr-how = Bounds in brackets are 95% intervals: bootstrap for areas and for the calibration error, Wilson's for shares. Images of an unknown kind have no probabilities and do not count. Small copies of the images are kept, with the names of the files and their labels.
dr-prevalence = Probabilities are read as if { $share } of those asked about were “{ $name }”.
dr-prevalence-equal = Probabilities are read as if all classes were equally frequent among those asked about.
dr-model = Model
dr-by-chance = By chance
dr-ideal = Ideal
dr-roc-title = Area under the ROC curve: { $auc }
dr-pr-title = Average precision: { $ap }
dr-reliability-title = Gap between probability and share: { $ece }
dr-risk-title = Wrong among the surest images
dr-false-alarms = False alarm rate
dr-sensitivity = Sensitivity
dr-precision = Precision
dr-probability = Probability
dr-probabilities = Probability of each class
dr-observed = Share that is of the class
dr-coverage = Coverage, the surest first
dr-wrong = Share wrong
dr-known = Known class
dr-called = Called “{ $name }”
dr-not-class = not { $name }
dr-removed = What was removed from the file
dr-removed-why = Why
dr-removed-count = How many
dr-removed-names = Which
dr-worst-caption = { $file }: { $known }, “{ $name }” at { $share } ({ $state })
