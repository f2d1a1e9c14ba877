"""The catalogue of parts: one record per part, its schema and its loader.

``parts.catalogue.load_catalogue`` is the entry point; ``parts.record`` and ``parts.models`` hold
the types, ``parts.values`` the preferred values and codes of resistors and capacitors.
"""
