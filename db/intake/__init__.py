"""How does an export file come in? Bytes to text cells, cells to a table, a table to records."""
