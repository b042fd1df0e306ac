view-measurements = Measurements

diagnosis-property-radius = radius
diagnosis-property-texture = texture
diagnosis-property-perimeter = perimeter
diagnosis-property-area = area
diagnosis-property-smoothness = smoothness
diagnosis-property-compactness = compactness
diagnosis-property-concavity = concavity
diagnosis-property-concave-points = concave points
diagnosis-property-symmetry = symmetry
diagnosis-property-fractal-dimension = fractal dimension
diagnosis-measure-mean = Mean { $property }
diagnosis-measure-error = Std. error of { $property }
diagnosis-measure-worst = Worst { $property }
diagnosis-kind-mean = Mean
diagnosis-kind-error = Std. error
diagnosis-kind-worst = Worst

diagnosis-risk-about = Risk of breast cancer from cell nuclei of a biopsy: ten properties, each as mean, standard error and worst value (mean of the three largest), in the units of the public data set (569 biopsies, Wisconsin Diagnostic Breast Cancer, CC BY 4.0). The model learned from seven tenths of them.
diagnosis-risk-how = What is measured
diagnosis-risk-how-sliders = Ten means
diagnosis-risk-how-table = Any of thirty
diagnosis-risk-how-rows = Many biopsies
diagnosis-risk-samples = Biopsies to start from
diagnosis-risk-sample-known = This biopsy was { $known } in truth. It is one of the test part; the model has not learned from it.
diagnosis-risk-sample-moved = Changed from a biopsy that was { $known } in truth.
diagnosis-risk-malignant = malignant
diagnosis-risk-benign = benign
diagnosis-risk-verdict-high = More likely malignant: { $share }
diagnosis-risk-verdict-unclear = Unclear: { $share } malignant
diagnosis-risk-verdict-low = More likely benign: { $share } malignant
diagnosis-risk-interval =
    { $measured ->
        [one] { $low } to { $high } by 95% of the models that fit the same biopsies; from one measurement.
       *[other] { $low } to { $high } by 95% of the models that fit the same biopsies; from { $measured } measurements.
    }
diagnosis-risk-alike = Of the { $count } biopsies of the test part with the nearest risk, { $hits } were malignant.
diagnosis-risk-prevalence = Malignant among those asked about
diagnosis-risk-prevalence-help = In the data set { $share } are, because its biopsies were collected that way. Another share moves the risk by Bayes’ rule.
diagnosis-risk-why = What each measurement adds
diagnosis-risk-base = Average biopsy
diagnosis-risk-others =
    { $count ->
        [one] One more measurement
       *[other] { $count } more measurements
    }
diagnosis-risk-step = { $name } { $value }
diagnosis-risk-axis = Log-odds of malignancy
diagnosis-risk-sum = Average biopsy { $base }, measurements { $shares }, sum { $total }: that is { $share }. The parts add up to it exactly (difference { $error }).
diagnosis-risk-beyond = Outside what the model has seen: { $names }. What lies there is extrapolated, and capped; do not rely on it.
diagnosis-risk-range = Seen in training: { $low } to { $high }
diagnosis-risk-property = Property
diagnosis-risk-table-help = An empty cell was not measured. Nothing is made up for it: the model is fitted anew to what there is.
diagnosis-risk-clear = Clear all
diagnosis-risk-next = What to measure next
diagnosis-risk-next-best = { $name } would say most. Of biopsies left out of training, { $before } are on the wrong side of one half without it and { $after } with it.
diagnosis-risk-next-none = No other measurement makes the risk better on biopsies left out of training.
diagnosis-risk-next-measurement = Measurement
diagnosis-risk-next-wrong = Wrong with it
diagnosis-risk-next-loss = Log loss with it
diagnosis-risk-nothing = Enter a measurement to see a risk.
diagnosis-risk-csv = Table (CSV)
diagnosis-risk-html = Report

diagnosis-rows-upload = Table of biopsies
diagnosis-rows-help = A row a biopsy, a column a measurement, named as in the data set (mean radius, radius_worst) or as on this page. Cells may be empty.
diagnosis-rows-paste = Or paste rows with their header
diagnosis-rows-pasted-name = pasted rows
diagnosis-rows-empty = Drop a table, paste rows, or take our sample. Each row gets a risk, also where cells are empty. Nothing is kept on the server.
diagnosis-rows-found =
    { $measurements ->
        [one] One measurement
       *[other] { $measurements } measurements
    } in { $rows ->
        [one] one row
       *[other] { $rows } rows
    }.
diagnosis-rows-unused = Not used: { $names }
diagnosis-rows-verdict =
    { $rows ->
        [one] One biopsy
       *[other] { $rows } biopsies
    }, { $high } with a risk of one half or more
diagnosis-rows-chart = How many biopsies have which risk
diagnosis-rows-risk-from = Risk from
diagnosis-rows-count = Biopsies
diagnosis-rows-left-out =
    { $count ->
        [one] One row left out
       *[other] { $count } rows left out
    }
diagnosis-rows-column-row = Row
diagnosis-rows-column-name = Name
diagnosis-rows-column-measured = Measured
diagnosis-rows-column-risk = Risk
diagnosis-rows-column-low = From
diagnosis-rows-column-high = To
diagnosis-rows-column-heaviest = Heaviest
diagnosis-rows-column-beyond = Outside what was seen

risk-report-title = Risk from measurements
risk-report-column-measurement = Measurement
risk-report-column-value = Value
risk-report-column-seen = Seen in training
risk-report-range = { $low } to { $high }
risk-report-column-adds = Adds
risk-report-axis = Log-odds of malignancy
risk-report-base = Average biopsy
risk-report-total = Sum
risk-report-bin = { $low } to { $high }
risk-report-share = Share of the biopsies
risk-report-how = Logistic regression on logarithms of the measurements, fitted to what was measured; read as if { $prevalence } of those asked about were malignant.

problem-diagnosis-measurement-none = There is no measurement. Enter at least one.
problem-diagnosis-measurement-prevalence = The share of malignant ones must lie between 0 and 1, not { $value }.
problem-diagnosis-measurement-columns = No column is a measurement. Name them as in the data set, for example { $example }.
problem-diagnosis-measurement-patterns = The table has more than { $limit } different sets of measurements, and this row's set is one of the rarest. Split the table.

group-ten-means = ten means alone
