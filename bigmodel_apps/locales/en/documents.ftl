# What the document reader finds wrong.
problem-document-not-found = There is no such file. Check the path.
problem-document-unreadable = This file cannot be opened ({ $reason }). Check that it is a file and that you may read it.
problem-document-too-large = This document is larger than { $limit } MB. Split it into smaller files.
problem-document-unpacked-too-large = This document unpacks to more than { $limit } MB. Remove large pictures, or split it.
problem-document-too-many-pages =
    { $limit ->
        [one] This document has more than { $limit } page. Split it into smaller files.
       *[other] This document has more than { $limit } pages. Split it into smaller files.
    }
problem-document-too-long = This document has more than { $limit } characters. Split it into smaller files.
problem-document-empty = This document has no text. Add text, or choose another file.
problem-document-no-text = This PDF has no text that can be read; it looks scanned. Run text recognition (OCR) over it first.
problem-document-encrypted = This document is protected by a password. Save a copy without the password.
problem-document-corrupt = This document is damaged or not complete. Open it in its program and save it again.
problem-document-old-word = This looks like a file of an older Office format. Save it as DOCX.
problem-document-unsupported = This is not a document that can be read here. Use PDF, DOCX, Markdown, HTML or plain text.
problem-document-encoding = Line { $line } cannot be read as text. Save the document as UTF-8 and try again.
problem-document-page-no-text = Page { $page } has no text and was left out. If it is scanned, run text recognition (OCR) over it.
problem-document-page-unreadable = Page { $page } is damaged and was left out. Save the document again to mend it.
