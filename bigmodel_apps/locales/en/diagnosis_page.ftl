# The page of image diagnosis: one image, several of one patient, corrections.
diagnosis-own-images = Your own images
diagnosis-back = Drawn patients
diagnosis-files = Your images
diagnosis-file-name = { $name }, { $width } × { $height } pixels
diagnosis-no-cells = The drawn patients are chest X-rays, which this model does not know. Give it an image of your own.
diagnosis-file-word = Image { $number }
diagnosis-sensitivity = Sensitivity
diagnosis-sensitivity-help = Share of “{ $name }” to be found; it sets the probability from which on an image is called so. The more are found, the more false alarms there are. Off: the likelier class is named.
diagnosis-sensitivity-off = off
diagnosis-sensitivity-cost = Called “{ $name }” from { $threshold } on. Of held-out images under shifts of brightness and sharpness that finds { $found } and passes { $passed } of the others.
diagnosis-settings-in-words = Settings: “{ $name }” among { $prevalence } of those asked about; { $coverage } of images get an answer.
diagnosis-probability-alone = { $name }: { $share }
diagnosis-departs = Unlike the images it learned from:
diagnosis-departs-children = Unlike the images it learned from (28 × 28 pixels, children of one to five years, one hospital):

# Whether the heat map deserves belief.
diagnosis-checks = Does the heat map deserve belief?
diagnosis-check-deletion =
    { $cells ->
        [one] Covering the strongest cell takes “{ $name }” from { $before } to { $after }; one cell drawn at random, to { $random } on average.
       *[other] Covering the { $cells } strongest cells takes “{ $name }” from { $before } to { $after }; { $cells } cells drawn at random, to { $random } on average.
    }
diagnosis-finding-passed = The map names what counted
diagnosis-finding-failed = The map names no more than chance does
diagnosis-check-randomised = With the weights of the networks drawn anew, the map’s rank correlation with this one is { $value }. Near 0 it shows what was learned; near 1 or −1 it would show edges, whatever was learned.
diagnosis-check-randomised-none = With the weights of the networks drawn anew there is no evidence at all, and no map to compare.
diagnosis-finding-learned = Networks that learned nothing draw another map
diagnosis-finding-edges = Networks that learned nothing draw much the same map

# Corrections.
diagnosis-correct = It should be
diagnosis-correct-kept = Kept. A new version can learn from it.
diagnosis-correct-taken-back = Correction deleted.
diagnosis-corrections =
    { $count ->
        [one] { $count } correction
       *[other] { $count } corrections
    }
diagnosis-corrections-help = Kept in your workspace: the pixels, reduced to { $side } a side, and the class; nothing else of the file. Text in the picture itself stays in it.
diagnosis-correction-line = { $said } → **{ $label }**
diagnosis-correction-delete = Delete
diagnosis-corrections-delete-all = Delete all
diagnosis-corrections-more = { $count } older ones are not shown.

# The report of one image, and the file without its patient.
diagnosis-report = Report (HTML)
diagnosis-report-name = one image
diagnosis-report-image = The image
diagnosis-report-map = Evidence for “{ $name }” (orange) and against it (blue)
diagnosis-gone-download-png = The image without it (PNG)

# Several images side by side.
view-compare = Side by side
diagnosis-compare-none = Two drawn patients. Drop two to four images of one patient instead.
diagnosis-compare-which = Side by side, at most { $most }
diagnosis-compare-frame = { $file }, picture { $frame }
diagnosis-compare-zoom = Zoom
diagnosis-place-across = Left to right
diagnosis-place-down = Top to bottom
diagnosis-compare-window = Window
diagnosis-compare-window-file = As the file says
diagnosis-compare-window-whole = Whole range
diagnosis-compare-window-own = Own
diagnosis-range-level = Level
diagnosis-range-width = Width
diagnosis-compare-units = Level and width are in the units of the files; all { $bits } bits are used.
diagnosis-compare-relative = Level and width are shares of each file’s range of values, in full depth.
diagnosis-compare-ask = Verdicts on what is seen
diagnosis-compare-ask-help = Off: verdicts are on each image with the window that its file asks for. On: with the window chosen here. Zoom changes no verdict.
diagnosis-compare-differ = The verdicts differ: { $verdicts }.
diagnosis-compare-notes =
    { $count ->
        [one] { $count } thing to know
       *[other] { $count } things to know
    }
diagnosis-compare-verdict = { $name }: { $verdict }
diagnosis-compare-same = The same verdict on all of them.
diagnosis-compare-scale = Every image fills a square of the same size by its longer side; zoom and place are the same for all.
diagnosis-compare-one = Choose at least two images to compare.

problem-diagnosis-image-infant = The file says that this is an infant below one year. The network learned from children of one to five years.
problem-diagnosis-image-body-part = The file says that this is no chest ({ $part }). The network learned from chest X-rays.
problem-diagnosis-image-view = The file says that this is a view { $view }. The network learned from views from the front.
problem-diagnosis-image-look = Its look is almost unknown: distance { $distance } of 1.
problem-diagnosis-upload-too-much = These images take more than { $limit } MB in memory together; those from here on were left out.
