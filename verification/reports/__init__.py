"""A report in the forms that people and programs read: one file a form, one function each."""
