"""Reading any table file: sniffed by content, guarded, read in a child process, header found by meaning."""
