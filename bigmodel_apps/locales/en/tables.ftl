# What the table reader finds wrong with a file as a whole.
problem-table-not-found = There is no such file. Check the path.
problem-table-unreadable = This file cannot be opened ({ $reason }). Check that it is a file and that you may read it.
problem-table-too-large = This file has { $size } MB; at most { $limit } MB are read. Split it into smaller files.
problem-table-unpacked-too-large = This file unpacks to more than { $limit } MB. Save it as CSV, or split it.
problem-table-too-many-rows =
    { $limit ->
        [one] This table has more than { $limit } row. Split it into smaller files.
       *[other] This table has more than { $limit } rows. Split it into smaller files.
    }
problem-table-too-many-columns =
    { $limit ->
        [one] This table has more than { $limit } column. Keep the columns that are needed.
       *[other] This table has more than { $limit } columns. Keep the columns that are needed, and check the separator.
    }
problem-table-empty = This file is empty. Add a line with column names and at least one row.
problem-table-no-rows = This table has column names but no rows. Add at least one row.
problem-table-no-usable-rows = None of the rows can be used. The first problems are listed; mend them and try again.
problem-table-not-text =
    { $kind ->
        [pdf] This looks like a PDF document and not a table. Export the table as CSV or XLSX.
        [image] This looks like an image and not a table. Export the table as CSV or XLSX.
        [archive] This looks like a compressed archive. Unpack it and use the table inside.
        [database] This looks like a database. Export the table as CSV.
        [arrow] This looks like an Arrow or Feather file. Save the table as Parquet or CSV.
        [docx] This looks like a Word document. Save the table as CSV or XLSX.
        [old-office] This looks like a file of an older or binary Office format. Save it as XLSX or CSV.
        [opendocument] This looks like an OpenDocument file. Save it as XLSX or CSV.
       *[binary] This looks like a binary file and not a table. Use CSV, XLSX, Parquet or JSON.
    }
problem-table-encoding = Line { $line } cannot be read as { $encoding } text. Save the file as UTF-8 and try again.
problem-table-nul = Line { $line } contains a NUL character, which text never holds. Export the file again, or remove the character.
problem-table-line-too-long =
    Line { $line } is longer than { $limit } bytes. Check that the file has line ends and that it is a table.

# Rows and columns.
problem-table-row-fields =
    { $found ->
        [one] This row has { $found } field where the header has { $expected }. Make them as many (in text files check separators and quotation marks); it was left out.
       *[other] This row has { $found } fields where the header has { $expected }. Make them as many (in text files check separators and quotation marks); it was left out.
    }
problem-table-header-narrow = The first row (“{ $first }”) has { $expected ->
        [one] { $expected } cell
       *[other] { $expected } cells
    }, and every row below has { $found } cells. If it is a title, delete what stands above the names of the columns; if names are missing, add them.
problem-table-title = Row { $header } was read as the header. What stands above it was taken for a title: “{ $title }”.
problem-table-cell-too-long = A cell here is longer than { $limit } characters. Shorten it; the row was left out.
problem-table-quote-unclosed = A quotation mark is opened on line { $line } of the file and never closed. Close it, or double it ("") where it belongs to the text.
problem-table-quote-misplaced = Text follows a closing quotation mark on line { $line } of the file or below. Double the quotation marks ("") that belong to the text; the row was left out.
problem-table-quote-stray = The quotation mark on line { $line } of the file opens a cell that swallows the rows below. Remove it, or double it ("") where it belongs to the text; the row was left out.
problem-table-column-duplicate = Another column has the same name. This one is called “{ $renamed }”.
problem-table-column-unnamed = A column has no name. It is called “{ $renamed }”.
problem-table-column-type = This column holds { $type } values, which no table cell shows. Use text, numbers or dates.
problem-table-nested = This value is a list or an object. Use text, a number, true, false or null; the row was left out.

# Workbooks.
problem-table-workbook-encrypted = This workbook is protected by a password. Remove the password in the spreadsheet program and save it again.
problem-table-workbook-corrupt = This workbook is damaged. Open it in a spreadsheet program and save it again as XLSX.
problem-table-sheet-missing = There is no sheet “{ $sheet }”. The sheets are: { $sheets }.
problem-table-formula-unsaved =
    { $count ->
        [one] { $count } cell holds a formula without a saved result and was read as empty (row { $rows }). Open the file in a spreadsheet program and save it again.
       *[other] { $count } cells hold formulas without saved results and were read as empty (rows { $rows }). Open the file in a spreadsheet program and save it again.
    }

# JSON and Parquet.
problem-table-json = This is not valid JSON at line { $line }, character { $position }. Check the quotation marks, commas and brackets there.
problem-table-json-line = This line is not a JSON object. Write one object a line, such as {"{"}"text": "…"{"}"}; the line was left out.
problem-table-json-not-object = This entry is not an object with named fields, such as {"{"}"text": "…"{"}"}; it was left out.
problem-table-json-shape = This JSON is not a table. Use a list of objects, an object of columns, or one object a line.
problem-table-json-lengths = The columns have between { $shortest } and { $longest } values. Give every column the same number.
problem-table-parquet-corrupt = This Parquet file is damaged or not complete. Write it again.
