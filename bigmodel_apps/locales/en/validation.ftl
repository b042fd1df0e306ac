# Where a problem is. $text is one of the problem messages of any area.
problem-in-cell = Row { $row }, column “{ $field }”: { $text }
problem-in-row = Row { $row }: { $text }
problem-in-cells = Rows { $rows }, column “{ $field }”: { $text }
problem-in-rows = Rows { $rows }: { $text }
problem-rows-first = { $rows }, … ({ $count } in all)
problem-in-field = “{ $field }”: { $text }

# What the schema of a form, a file or a request refuses.
problem-field-missing = This value is missing. Add it.
problem-field-not-text = This has to be text. Put it in quotation marks.
problem-field-empty =
    { $min_length ->
        [one] This is empty. Enter some text.
       *[other] This is too short. Enter at least { $min_length } characters.
    }
problem-field-too-long =
    { $max_length ->
        [one] This is too long. Keep it to { $max_length } character.
       *[other] This is too long. Keep it to { $max_length } characters.
    }
problem-field-unknown = There is no such field. Check the spelling or remove it.
problem-field-not-list = This has to be a list. Put it in square brackets.
problem-field-not-allowed = This value is not one of the choices. Use one of { $expected }.
problem-field-too-large = This is too large. Use { $le } or less.
problem-field-too-small = This is too small. Use { $ge } or more.
problem-field-invalid = This value cannot be used here. Check its type and its format.
problem-list-too-long = This list has { $actual_length } entries. Keep it to { $max_length }.
problem-not-json = This is not valid JSON. Check the quotation marks, commas and brackets.
problem-not-an-object = This has to be a JSON object with named fields, such as {"{"}"text": "…"{"}"}.
