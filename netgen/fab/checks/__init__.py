"""The order-ready checklist: claims about the files that are sent, each with evidence."""
