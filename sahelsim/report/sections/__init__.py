"""The sections of the page, one file each: tables of a run to charts, sentences and numbers."""
